#pragma once

#include <memory>
#include <string>

#include "workload.h"

namespace holdfast::bench {

/// make_pkcs11_subject loads a module and makes a token with fresh keys in its first slot. Whatever the slot held is
/// lost: give it a service or a configuration of its own.
std::unique_ptr<Subject> make_pkcs11_subject(const std::string& name, const std::string& module_path);

}  // namespace holdfast::bench
