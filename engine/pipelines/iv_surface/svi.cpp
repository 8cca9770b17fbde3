// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/iv_surface/svi.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace tickdeck::iv_surface {

namespace {

// With y = (k - m) / sigma a slice is linear: w = a + d y + c z, z = sqrt(y² + 1), c = b sigma, d = rho b sigma. A fit is
// feasible where |d| ≤ c, c + |d| ≤ 2 sigma (Lee's wings) and a + sqrt(c² - d²) ≥ 0 (the least variance).
struct Linear {
    double a = 0;
    double d = 0;
    double c = 0;
    double cost = std::numeric_limits<double>::infinity();
};

// The weighted sums that the cost of any (a, d, c) follows from.
struct Sums {
    double one = 0, y = 0, z = 0, yy = 0, yz = 0, zz = 0, w = 0, wy = 0, wz = 0, ww = 0;

    [[nodiscard]] double cost(double a, double d, double c) const noexcept
    {
        return std::max(0.0, ww + a * a * one + d * d * yy + c * c * zz +
                                 2 * (a * d * y + a * c * z + d * c * yz - a * w - d * wy - c * wz));
    }
    // The best a for the other two, lifted to where no variance is negative.
    [[nodiscard]] Linear with(double d, double c) const noexcept
    {
        const double best = (w - d * y - c * z) / one;
        const double a = std::max(best, -std::sqrt(std::max(0.0, c * c - d * d)));
        return {a, d, c, cost(a, d, c)};
    }
};

Sums sumsOf(std::span<const SviPoint> points, double m, double sigma) noexcept
{
    Sums s;
    const double scale = 1 / sigma;
    for (const SviPoint& p : points) {
        const double y = (p.k - m) * scale;
        const double z = std::sqrt(y * y + 1);
        const double q = p.weight;
        s.one += q;
        s.y += q * y;
        s.z += q * z;
        s.yy += q * y * y;
        s.yz += q * y * z;
        s.zz += q * z * z;
        s.w += q * p.w;
        s.wy += q * p.w * y;
        s.wz += q * p.w * z;
        s.ww += q * p.w * p.w;
    }
    return s;
}

// The best feasible (d, c): inside, or on one of the four edges of the rhombus |d| ≤ min(c, 2 sigma - c).
Linear solve(const Sums& s, double sigma) noexcept
{
    // a is eliminated: covariances about the weighted means.
    const double yy = s.yy - s.y * s.y / s.one;
    const double yz = s.yz - s.y * s.z / s.one;
    const double zz = s.zz - s.z * s.z / s.one;
    const double wy = s.wy - s.w * s.y / s.one;
    const double wz = s.wz - s.w * s.z / s.one;
    const double determinant = yy * zz - yz * yz;
    if (determinant > 1e-14 * yy * zz) {
        const double d = (wy * zz - wz * yz) / determinant;
        const double c = (wz * yy - wy * yz) / determinant;
        if (c >= 0 && std::abs(d) <= std::min(c, 2 * sigma - c))
            return s.with(d, c);
    }
    Linear best;
    const auto edge = [&](double d0, double c0, double d1, double c1) {
        const double dd = d1 - d0;
        const double dc = c1 - c0;
        const double curve = dd * dd * yy + 2 * dd * dc * yz + dc * dc * zz;
        const double slope = dd * (wy - d0 * yy - c0 * yz) + dc * (wz - d0 * yz - c0 * zz);
        const double t = curve > 0 ? std::clamp(slope / curve, 0.0, 1.0) : 0;
        const Linear found = s.with(d0 + t * dd, c0 + t * dc);
        if (found.cost < best.cost)
            best = found;
    };
    edge(0, 0, sigma, sigma);
    edge(0, 0, -sigma, sigma);
    edge(sigma, sigma, 0, 2 * sigma);
    edge(-sigma, sigma, 0, 2 * sigma);
    return best;
}

// A vertex of the search: m, and ln sigma so that sigma stays positive.
struct Vertex {
    double m = 0;
    double lnSigma = 0;
    double cost = 0;
};

class Search {
public:
    explicit Search(std::span<const SviPoint> points) : m_points(points)
    {
        const auto [low, high] = std::ranges::minmax_element(points, {}, &SviPoint::k);
        m_low = low->k;
        m_high = high->k;
        for (const SviPoint& p : points)
            m_total += p.weight * p.w * p.w;
    }
    [[nodiscard]] double width() const noexcept { return m_high - m_low; }

    [[nodiscard]] Svi best() const
    {
        Vertex start;
        start.cost = std::numeric_limits<double>::infinity();
        for (const double place : {0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0})
            for (const double part : {0.02, 0.07, 0.2, 0.5, 1.5}) {
                const Vertex tried = at(m_low + place * width(), std::log(part * width()));
                if (tried.cost < start.cost)
                    start = tried;
            }
        const Vertex found = descend(start);
        const double sigma = std::exp(found.lnSigma);
        const Linear linear = solve(sumsOf(m_points, found.m, sigma), sigma);
        const double rho = linear.c > 0 ? std::clamp(linear.d / linear.c, -1.0, 1.0) : 0;
        return {linear.a, linear.c / sigma, rho, found.m, sigma};
    }

private:
    [[nodiscard]] Vertex at(double m, double lnSigma) const
    {
        // Beyond these the slice is a straight line or a kink wherever there are points.
        const double place = std::clamp(m, m_low - 2 * width(), m_high + 2 * width());
        const double size = std::clamp(lnSigma, std::log(1e-3 * width()), std::log(10 * width()));
        const double outside = std::abs(m - place) / width() + std::abs(lnSigma - size);
        const double sigma = std::exp(size);
        return {m, lnSigma, solve(sumsOf(m_points, place, sigma), sigma).cost + outside * m_total};
    }

    [[nodiscard]] Vertex descend(Vertex start) const
    {
        constexpr int kSteps = 160;
        std::array<Vertex, 3> simplex{start, at(start.m + 0.1 * width(), start.lnSigma),
                                      at(start.m, start.lnSigma + 0.4)};
        const double enough = 1e-24 * m_total;
        for (int i = 0; i < kSteps; ++i) {
            std::ranges::sort(simplex, {}, &Vertex::cost);
            const Vertex& worst = simplex[2];
            if (simplex[0].cost <= enough || worst.cost - simplex[0].cost <= 1e-9 * simplex[0].cost)
                break;
            const double m = (simplex[0].m + simplex[1].m) / 2;
            const double lnSigma = (simplex[0].lnSigma + simplex[1].lnSigma) / 2;
            const auto along = [&](double t) {
                return at(m + t * (worst.m - m), lnSigma + t * (worst.lnSigma - lnSigma));
            };
            const Vertex mirrored = along(-1);
            if (mirrored.cost < simplex[0].cost) {
                const Vertex further = along(-2);
                simplex[2] = further.cost < mirrored.cost ? further : mirrored;
            } else if (mirrored.cost < simplex[1].cost) {
                simplex[2] = mirrored;
            } else if (const Vertex nearer = along(mirrored.cost < worst.cost ? -0.5 : 0.5);
                       nearer.cost < std::min(mirrored.cost, worst.cost)) {
                simplex[2] = nearer;
            } else {
                for (std::size_t j = 1; j < simplex.size(); ++j)
                    simplex[j] = at((simplex[j].m + simplex[0].m) / 2, (simplex[j].lnSigma + simplex[0].lnSigma) / 2);
            }
        }
        return *std::ranges::min_element(simplex, {}, &Vertex::cost);
    }

    std::span<const SviPoint> m_points;
    double m_low = 0;
    double m_high = 0;
    double m_total = 0;
};

}  // namespace

double Svi::variance(double k) const noexcept
{
    const double y = k - m;
    return a + b * (rho * y + std::sqrt(y * y + sigma * sigma));
}

double Svi::slope(double k) const noexcept
{
    const double y = k - m;
    return b * (rho + y / std::sqrt(y * y + sigma * sigma));
}

double Svi::curvature(double k) const noexcept
{
    const double y = k - m;
    const double root = std::sqrt(y * y + sigma * sigma);
    return b * sigma * sigma / (root * root * root);
}

double Svi::density(double k) const noexcept
{
    const double w = variance(k);
    const double first = slope(k);
    const double part = 1 - k * first / (2 * w);
    return part * part - first * first / 4 * (1 / w + 0.25) + curvature(k) / 2;
}

std::optional<double> Svi::moneynessAt(double d1, double low, double high) const noexcept
{
    // d1(k) = -k / sqrt(w) + sqrt(w) / 2 falls as k rises, as long as the slice is sane.
    const auto above = [&](double k) {
        const double w = variance(k);
        return w > 0 && -k / std::sqrt(w) + std::sqrt(w) / 2 > d1;
    };
    if (!above(low) || above(high))
        return std::nullopt;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (above(middle) ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::optional<Svi> fitSvi(std::span<const SviPoint> points)
{
    constexpr std::size_t kLeast = 5;
    if (points.size() < kLeast)
        return std::nullopt;
    const Search search(points);
    if (!(search.width() > 1e-9))
        return std::nullopt;
    const Svi found = search.best();
    if (!std::isfinite(found.a + found.b + found.rho + found.m + found.sigma))
        return std::nullopt;
    return found;
}

bool freeOfButterflies(const Svi& slice, double low, double high) noexcept
{
    constexpr int kPoints = 400;
    if (!(slice.b >= 0) || slice.b * (1 + std::abs(slice.rho)) > 2 + 1e-12)
        return false;
    const double width = high - low;
    for (int i = 0; i <= kPoints; ++i) {
        const double k = low - width + 3 * width * i / kPoints;
        if (!(slice.variance(k) > 0) || !(slice.density(k) >= 0))
            return false;
    }
    return true;
}

bool freeOfCalendars(const Svi& earlier, const Svi& later, double low, double high) noexcept
{
    constexpr int kPoints = 200;
    for (int i = 0; i <= kPoints; ++i) {
        const double k = low + (high - low) * i / kPoints;
        if (!(later.variance(k) >= earlier.variance(k)))
            return false;
    }
    return true;
}

}  // namespace tickdeck::iv_surface
