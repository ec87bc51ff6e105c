#pragma once

#include <memory>

#include "workload.h"

namespace holdfast::bench {

/// make_libcrypto_subject is libcrypto inside this process, with fetched algorithms and reused contexts: the fastest
/// that an application without a token could be.
std::unique_ptr<Subject> make_libcrypto_subject();

}  // namespace holdfast::bench
