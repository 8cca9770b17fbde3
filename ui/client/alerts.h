// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What an operator should know of without looking: derived from the engine's overviews, folded and counted.

#include <QHash>
#include <QObject>
#include <QString>

#include <map>
#include <vector>

#include "ui/client/engine_client.h"

namespace tickdeck::ui {

enum class AlertKind : std::uint8_t { Failed, Breaker, Gap, DeadLetters, Banned, Disk };

struct Alert {
    QString key;  // the same thing again is the same alert
    AlertKind kind = AlertKind::Failed;
    bool severe = false;
    QString title;    // "kraken trade: gap open"
    QString detail;   // why, since when
    QString subject;  // words that find it in the log and the gap ledger
    QString section;  // of the settings it depends on
    Nanos raised = 0;
    Nanos cleared = kNoTime;        // kNoTime: it still holds
    Nanos silencedUntil = kNoTime;  // kNoTime: it is not silenced
    std::uint64_t count = 1;        // how often it was raised
    bool acked = false;

    [[nodiscard]] bool holds() const { return cleared == kNoTime; }
};

// GUI thread. Looks at each new overview. A cleared alert is kept until it is acknowledged, at most kKept of them.
class AlertCentre : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 200;
    static constexpr Nanos kGapPatience = 10 * kSecond;  // a gap that is open for longer is told
    static constexpr Nanos kQuiet = 60 * kSecond;        // without a new dead letter for so long the alert clears
    static constexpr Nanos kSilence = 3600 * kSecond;
    static constexpr double kDiskShare = 0.8;  // of the journal's budget

    explicit AlertCentre(EngineClient& client, QObject* parent = nullptr);

    // The worst that hold first, then the newest.
    [[nodiscard]] std::vector<Alert> alerts() const;
    // That hold and were neither acknowledged nor silenced.
    [[nodiscard]] std::uint64_t open() const;
    [[nodiscard]] bool anySevere() const;
    // Null: none of that key.
    [[nodiscard]] const Alert* find(const QString& key) const;

    // A cleared one goes.
    void acknowledge(const QString& key);
    void acknowledgeAll();
    // Not told again for kSilence, nor counted.
    void silence(const QString& key);

Q_SIGNALS:
    void changed();
    // A new one, or one that had cleared; not of a silenced one.
    void raised(const Alert& alert);

private:
    void look();
    void lookAtComponents(std::vector<Alert>& out) const;
    void lookAtStreams(std::vector<Alert>& out) const;
    void lookAtGaps(std::vector<Alert>& out) const;
    void lookAtDeadLetters(std::vector<Alert>& out);
    void lookAtDisk(std::vector<Alert>& out) const;
    bool take(Alert alert, Nanos now);
    void forget();
    [[nodiscard]] bool isOpen(const Alert& alert) const;

    EngineClient& m_client;
    std::map<QString, Alert> m_alerts;
    bool m_seen = false;  // an overview, so that counts have something to be compared with
    std::uint64_t m_letters = 0;
    std::uint64_t m_lettersBefore = 0;  // when the alert was raised
    Nanos m_lettersNewest = kNoTime;
};

}  // namespace tickdeck::ui
