// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/api/jobs.h"
#include "engine/runtime/graph.h"
namespace tickdeck::runtime { class ExportJob final : public api::ExportJob { public: ExportJob(Engine::Graph&, const api::ExportRequest&); api::ExportProgress progress() const override; void cancel() override; }; }
