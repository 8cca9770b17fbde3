// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/intake.h"

namespace tickdeck::net {

namespace {

// How soon room is looked for again. The ring wakes nobody, and this runs only while something waits.
constexpr std::chrono::milliseconds kRetry{2};

}  // namespace

Intake::Intake(SymbolId lane, std::size_t heldBytes_, std::unique_ptr<Decoder> decoder, BufferPool& pool, Clock& clock,
               LiveWriter* live, IntakeHooks hooks)
    : m_lane(lane),
      m_mostHeld(heldBytes_),
      m_decoder(std::move(decoder)),
      m_clock(clock),
      m_hooks(std::move(hooks)),
      m_builder(pool),
      m_emit(m_builder, live)
{
}

void Intake::start()
{
    m_retry = std::make_unique<QTimer>();
    m_retry->setInterval(kRetry);
    QObject::connect(m_retry.get(), &QTimer::timeout, m_retry.get(), [this] { drain(); });
}

void Intake::frame(ConnectionId connection, std::string_view bytes, Nanos receiveTime)
{
    BatchHeader like;
    like.kind = BatchKind::Frame;
    like.connection = connection;
    like.receiveTime = receiveTime;
    take(like, bytes);
}

void Intake::control(ControlKind kind, ConnectionId connection, std::string_view payload)
{
    BatchHeader like;
    like.kind = BatchKind::Control;
    like.control = kind;
    like.connection = connection;
    like.receiveTime = m_clock.now();
    take(like, payload);
}

void Intake::requestState()
{
    m_stateWanted = true;
    drain();
}

// Handles an input at once, or holds it behind those that wait.
void Intake::take(const BatchHeader& like, std::string_view payload)
{
    if (m_handling || !m_held.empty() || !hasRoom()) {
        hold(like, payload);
        return;
    }
    handle(like, payload);
    drain();
}

void Intake::hold(const BatchHeader& like, std::string_view payload)
{
    const bool isFrame = like.kind == BatchKind::Frame;
    if (isFrame && heldBytes.get() + payload.size() > m_mostHeld) {
        m_hooks.lost(like.connection, payload.size());
        return;
    }
    m_held.push_back({like, std::string(payload)});
    if (isFrame)
        heldBytes.add(payload.size());
    if (!m_retry->isActive())
        m_retry->start();
    m_hooks.waits();
}

void Intake::handle(const BatchHeader& like, std::string_view payload)
{
    m_handling = true;
    Decoded decoded = decode(like, payload);
    events.add(decoded.batch.header().eventCount);
    if (decoded.error) {
        errors.add();
        m_failed = m_failed || decoded.error->remedy == Remedy::Fatal;
        if (m_hooks.error)
            m_hooks.error(*decoded.error, decoded.batch);
    }
    offer(std::move(decoded.batch));
    m_hooks.decoded(m_emit, like, decoded.error ? &*decoded.error : nullptr);
    m_handling = false;
}

// Whether a further batch may be decoded. Offers the one that waits, and begins a segment with the decoder's state.
bool Intake::hasRoom()
{
    if (m_waiting && !m_hooks.push(std::move(m_waiting)))
        return false;
    m_waiting = {};
    if (!m_stateWanted)
        return true;
    m_stateWanted = false;
    if (m_failed)
        return true;
    std::string bytes;
    m_decoder->save(bytes);
    BatchHeader like;
    like.kind = BatchKind::Control;
    like.control = ControlKind::State;
    like.receiveTime = m_clock.now();
    offer(decode(like, bytes).batch);
    return !m_waiting;
}

Decoded Intake::decode(BatchHeader like, std::string_view payload)
{
    like.lane = m_lane;
    like.ordinal = ++m_ordinal;
    return decodeStep(*m_decoder, like, payload, m_builder, m_emit);
}

void Intake::offer(Batch batch)
{
    if (m_hooks.observe)
        m_hooks.observe(batch);
    m_waiting = std::move(batch);
    if (m_hooks.push(std::move(m_waiting)))
        m_waiting = {};
}

void Intake::drain()
{
    while (!m_handling && hasRoom() && !m_held.empty()) {
        const Input input = std::move(m_held.front());
        m_held.pop_front();
        if (input.like.kind == BatchKind::Frame)
            heldBytes.set(heldBytes.get() - input.payload.size());
        handle(input.like, input.payload);
    }
    if (!m_held.empty() || m_waiting) {
        if (!m_retry->isActive())
            m_retry->start();
        return;
    }
    m_retry->stop();
    m_hooks.emptied();
}

std::uint64_t Intake::dropData()
{
    heldBytes.set(0);
    std::erase_if(m_held, [](const Input& input) {
        return input.like.kind == BatchKind::Control &&
               (input.like.control == ControlKind::Answered || input.like.control == ControlKind::Failed);
    });
    return std::erase_if(m_held, [](const Input& input) { return input.like.kind == BatchKind::Frame; });
}

std::uint64_t Intake::abandon()
{
    const std::uint64_t frames = dropData();
    m_held.clear();
    m_waiting = {};
    m_retry.reset();
    return frames;
}

}  // namespace tickdeck::net
