// SPDX-License-Identifier: GPL-3.0-or-later
// The source that a precompiled header's target must have.
