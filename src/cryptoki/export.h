#pragma once

// HF_CRYPTOKI opens the definition of a standard entry point: a C symbol that leaves the shared object. Everything else
// is hidden (exports.map names what may leave).
#define HF_CRYPTOKI extern "C" __attribute__((visibility("default")))
