// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A venue's list of all its instruments, followed from one to the next.

#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "engine/plugin/status_event.h"
#include "engine/wire/instruments.h"

namespace tickdeck::wire {

// T's optional `definition` is made of a Message, is compared and has a `status`; write(instrument) adds the event of a
// definition that is new or has changed. One that is listed no more has the status REMOVED. A changed status is told.
template <class T, class Message, class Write>
void takeListing(Instruments<T>& instruments, std::span<const Message> list, Emit& emit, Write&& write)
{
    using Definition = typename decltype(T::definition)::value_type;
    const auto define = [&](T& instrument, Definition definition) {
        if (instrument.definition == definition)
            return;
        const std::string before = instrument.definition ? instrument.definition->status : definition.status;
        instrument.definition = std::move(definition);
        write(std::as_const(instrument));
        if (instrument.definition->status != before)
            writeStatus(emit, instrument.id, "instrument", instrument.definition->status, "was " + before);
    };
    std::unordered_set<const T*> listed;
    for (const Message& message : list) {
        T* instrument = instruments.obtain(message.symbol);
        if (!instrument) {
            emit.ignored("definition of an instrument too many");
            continue;
        }
        listed.insert(instrument);
        define(*instrument, Definition(message));
    }
    for (T& instrument : instruments.all()) {
        if (!instrument.definition || listed.contains(&instrument))
            continue;
        Definition gone = *instrument.definition;
        gone.status = "REMOVED";
        define(instrument, std::move(gone));
    }
}

}  // namespace tickdeck::wire
