// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The scaled complementary error function.

#include <cmath>

namespace tickdeck::iv_surface {

// e^(z²) erfc(z) for z ≥ 0, to a few 1e-16 relative. W. J. Cody, "Rational Chebyshev approximations for the error
// function", Math. Comp. 23 (1969).
[[nodiscard]] inline double erfcx(double z) noexcept
{
    constexpr double kInvSqrtPi = 0.56418958354775628695;
    if (z <= 0.46875) {
        const double y = z * z;
        const double top = (((1.85777706184603153e-1 * y + 3.16112374387056560) * y + 1.13864154151050156e2) * y +
                            3.77485237685302021e2) *
                               y +
                           3.20937758913846947e3;
        const double bottom =
            (((y + 2.36012909523441209e1) * y + 2.44024637934444173e2) * y + 1.28261652607737228e3) * y +
            2.84423683343917062e3;
        return std::exp(y) * (1 - z * top / bottom);
    }
    if (z <= 4) {
        // Estrin's scheme: half the depth of Horner's.
        const double z2 = z * z;
        const double z4 = z2 * z2;
        const double top = ((1.23033935479799725e3 + 2.05107837782607147e3 * z) +
                            (1.71204761263407058e3 + 8.81952221241769090e2 * z) * z2) +
                           ((2.98635138197400131e2 + 6.61191906371416295e1 * z) +
                            (8.88314979438837594 + 5.64188496988670089e-1 * z) * z2 + 2.15311535474403846e-8 * z4) *
                               z4;
        const double bottom = ((1.23033935480374942e3 + 3.43936767414372164e3 * z) +
                               (4.36261909014324716e3 + 3.29079923573345963e3 * z) * z2) +
                              ((1.62138957456669019e3 + 5.37181101862009858e2 * z) +
                               (1.17693950891312499e2 + 1.57449261107098347e1 * z) * z2 + z4) *
                                  z4;
        return top / bottom;
    }
    const double y = 1 / (z * z);
    const double top = ((((1.63153871373020978e-2 * y + 3.05326634961232344e-1) * y + 3.60344899949804439e-1) * y +
                         1.25781726111229246e-1) *
                            y +
                        1.60837851487422766e-2) *
                           y +
                       6.58749161529837803e-4;
    const double bottom = ((((y + 2.56852019228982242) * y + 1.87295284992346047) * y + 5.27905102951428412e-1) * y +
                           6.05183413124413191e-2) *
                              y +
                          2.33520497626869185e-3;
    return (kInvSqrtPi - y * top / bottom) / z;
}

}  // namespace tickdeck::iv_surface
