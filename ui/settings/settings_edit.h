// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings as the engine has them, and what the user has made of them so far: committed against edited values.

#include <QTimer>

#include <map>

#include "ui/client/engine_client.h"
#include "ui/widgets/mark.h"

namespace tickdeck::ui {

// GUI thread; never waits: what the engine answers is polled each frame. Edits that are equal to what is committed are
// none. A change of the settings by someone else keeps the edits.
class SettingsEdit : public QObject {
    Q_OBJECT
public:
    explicit SettingsEdit(EngineClient& client, QObject* parent = nullptr);

    // Null before the engine has said.
    [[nodiscard]] const api::SettingsView* view() const { return m_view.get(); }
    [[nodiscard]] const api::Setting* find(const std::string& key) const;
    [[nodiscard]] static std::string keyOf(const api::SettingsSection& section, const api::Setting& setting);

    void edit(const std::string& key, std::string value);
    // To what it would be without the user's file; where that does not set it, to the default.
    void reset(const std::string& key);
    void revert(const std::string& key);
    void revertAll();
    [[nodiscard]] bool isEdited(const std::string& key) const { return m_edits.contains(key); }
    // Edited to what it would be without the user's file.
    [[nodiscard]] bool isReset(const std::string& key) const;
    // Edited or committed, as written; of a reset one its default.
    [[nodiscard]] std::string value(const std::string& key) const;
    [[nodiscard]] std::size_t edits() const { return m_edits.size(); }

    // Of the present edits; null while they are being checked.
    [[nodiscard]] const api::SettingsPlan* plan() const { return m_plan ? &*m_plan : nullptr; }
    // What is wrong with an edit; empty: nothing, or not known yet.
    [[nodiscard]] QString fault(const std::string& key) const;
    [[nodiscard]] bool canApply() const;
    void apply();
    [[nodiscard]] bool isApplying() const { return m_changed != nullptr; }

    // Newest first.
    [[nodiscard]] const std::vector<api::SettingsRevision>& history() const { return m_history; }
    void askHistory();
    void rollBack(std::int64_t revision);

Q_SIGNALS:
    void viewChanged();
    void editsChanged();
    void planChanged();
    void historyChanged();
    // What came of it: applied, refused, could not be asked.
    void told(Mark mark, const QString& text);

private:
    using Change = std::optional<std::string>;  // as in api::SettingChange
    void frame();
    void take();
    void setEdit(const std::string& key, Change change);
    void touched();
    void askPlan();
    void pollPlan();
    void pollChange();
    void pollHistory();
    [[nodiscard]] std::vector<api::SettingChange> changes() const;
    [[nodiscard]] static std::string who();

    static constexpr int kPause = 150;  // milliseconds without typing, then the plan is asked for

    EngineClient& m_client;
    QTimer m_typing;
    std::shared_ptr<const api::SettingsView> m_view;
    std::map<std::string, const api::Setting*> m_byKey;  // into *m_view
    std::map<std::string, Change> m_edits;
    std::optional<api::SettingsPlan> m_plan;
    api::AnswerRef<api::SettingsPlan> m_planAnswer;
    std::map<std::string, Change> m_sent;  // what is being applied; empty of a roll back
    api::AnswerRef<std::int64_t> m_changed;
    std::vector<api::SettingsRevision> m_history;
    api::AnswerRef<std::vector<api::SettingsRevision>> m_historyAnswer;
};

}  // namespace tickdeck::ui
