// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/watch_rows.h"

#include <limits>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr Nanos kQuoteStaleAfter = 30 * kSecond;
constexpr Nanos kMarkStaleAfter = 10 * kSecond;  // venues tell marks once a second or every three

Role toneOf(bool there, bool stale) { return !there ? Role::Muted : stale ? Role::Stale : Role::Text; }

// A mark is computed by the venue, to more digits than a list has room for: as many as its contract trades in.
Cell markPrice(const Decimal& price, bool there, int precision, bool stale)
{
    return {.text = there && precision >= 0 ? fixedText(price.toDouble(), precision)
                    : there                 ? numberText(price, precision)
                                            : QStringLiteral("–"),
            .sort = there ? price.toDouble() : -1.0,
            .tone = toneOf(there, stale),
            .mark = Mark::None,
            .samples = {}};
}

Cell price(const Decimal& price, bool there, int precision, bool stale)
{
    return {.text = there ? numberText(price, precision) : QStringLiteral("–"),
            .sort = there ? price.toDouble() : -1.0,
            .tone = toneOf(there, stale),
            .mark = Mark::None,
            .samples = {}};
}

}  // namespace

std::vector<Column> WatchRows::columns()
{
    return {
        {tr("Symbol"), {}, CellLook::Words, false, false},
        {tr("Bid"), tr("Best bid, in the symbol's second asset"), CellLook::Number, true, true},
        {tr("Ask"), tr("Best ask, in the symbol's second asset"), CellLook::Number, true, true},
        {tr("Spread bp"), tr("Ask minus bid, in hundredths of a percent of the mid"), CellLook::Number, false, false},
        {tr("Last minute"), tr("The mid over the last minute"), CellLook::Trend, false, false},
        {tr("Mark"), tr("The venue's mark price, of derivatives"), CellLook::Number, true, true},
        {tr("Funding %"), tr("Rate of the next payment, percent; negative: shorts pay"), CellLook::Number, true, false},
        {tr("Age"), tr("Since the newest quote"), CellLook::Number, false, false},
        {tr("Venue"), {}, CellLook::Words, false, false},
    };
}

double WatchRows::mid(const std::optional<api::Quote>& quote)
{
    if (!quote || quote->bidQuantity.isZero() || quote->askQuantity.isZero())
        return std::numeric_limits<double>::quiet_NaN();
    return (quote->bidPrice.toDouble() + quote->askPrice.toDouble()) / 2;
}

QString WatchRows::midText(const std::optional<api::Quote>& quote, int precision)
{
    if (!quote || (quote->bidQuantity.isZero() && quote->askQuantity.isZero()))
        return QStringLiteral("–");
    if (quote->bidQuantity.isZero() || quote->askQuantity.isZero())
        return numberText(quote->bidQuantity.isZero() ? quote->askPrice : quote->bidPrice, precision);
    // Half of the sum, exactly: five of it at one digit more.
    const auto sum = quote->bidPrice.plus(quote->askPrice);
    const auto half = sum ? sum->times(Decimal(5, 1)) : sum;
    return half ? numberText(half->normalized(), precision) : QStringLiteral("–");
}

Row WatchRows::row(const api::Instrument& instrument, const std::optional<api::Quote>& quote,
                   const std::optional<api::MarkPrice>& mark, Nanos now, const Samples& mids)
{
    const api::Quote at = quote.value_or(api::Quote{});
    const bool bid = !at.bidQuantity.isZero();
    const bool ask = !at.askQuantity.isZero();
    const double middle = mid(quote);
    const double points = middle > 0 ? 1e4 * (at.askPrice.toDouble() - at.bidPrice.toDouble()) / middle : 0;
    const Nanos age = quote ? std::max<Nanos>(now - at.receiveTime, 0) : kNoTime;
    const bool old = age != kNoTime && age > kQuoteStaleAfter;
    const bool marked = mark && mark->mark;
    const bool markOld = mark && now - mark->receiveTime > kMarkStaleAfter;
    const bool funded = mark && mark->fundingRate;
    const double rate = funded ? 100 * (*mark->fundingRate).toDouble() : 0;
    const QString venue = QString::fromStdString(instrument.name.venue);
    Row row{.key = QString::number(instrument.id), .tip = {}, .cells = {}};
    row.tip = WatchRows::tr("%1, %2 on %3, %4")
                  .arg(words::symbol(instrument), QString::fromStdString(instrument.name.native), venue,
                       QString::fromStdString(instrument.status));
    row.cells = {
        {.text = words::symbol(instrument), .sort = {}, .tone = Role::Text, .mark = Mark::None, .samples = {}},
        price(at.bidPrice, bid, instrument.pricePrecision, old),
        price(at.askPrice, ask, instrument.pricePrecision, old),
        {.text = bid && ask ? fixedText(points, 2) : QStringLiteral("–"),
         .sort = points,
         .tone = Role::Muted,
         .mark = Mark::None,
         .samples = {}},
        {.text = {}, .sort = middle, .tone = Role::Accent, .mark = Mark::None, .samples = mids},
        markPrice(marked ? *mark->mark : Decimal(), marked, instrument.pricePrecision, markOld),
        {.text = funded ? fixedText(rate, 4) : QStringLiteral("–"),
         .sort = rate,
         .tone = !funded    ? Role::Muted
                 : markOld  ? Role::Stale
                 : rate < 0 ? Role::Ask
                            : Role::Text,
         .mark = Mark::None,
         .samples = {}},
        {.text = ageText(age),
         .sort = static_cast<qlonglong>(age),
         .tone = old ? Role::Stale : Role::Muted,
         .mark = old ? Mark::Stale : Mark::None,
         .samples = {}},
        {.text = venue, .sort = {}, .tone = Role::Muted, .mark = Mark::None, .samples = {}},
    };
    return row;
}

}  // namespace tickdeck::ui
