#pragma once

#include <cstdint>
#include <string_view>

#include <pkcs11/pkcs11.h>

namespace holdfast::cryptoki {

/// PointForm is how CKA_EC_POINT of an Edwards or Montgomery key is told: as the DER octet string of versions 2.40 and
/// 3.0, as the raw bytes of 3.2, or by the version of the table that was asked.
enum class PointForm : std::uint8_t { by_version, der, raw };

/// ClientConfig is what an administrator or a user says of how a program wants the module to be (docs/clients.md).
struct ClientConfig {
  PointForm points = PointForm::by_version;
  CK_VERSION default_interface{0, 0};  // for C_GetInterface without a version; 0.0: not said
};

/// apply_settings reads the text of one file over what is said already: settings for all programs, then the sections of
/// `program`. What it does not understand it leaves out.
void apply_settings(std::string_view text, std::string_view program, ClientConfig& config);

/// client_config is that of this process: of /etc/holdfast/client.conf, over it the user's
/// $XDG_CONFIG_HOME/holdfast/client.conf, over both the environment. Read once. A program that runs with more rights
/// than its user is told by the first alone.
ClientConfig client_config();

}  // namespace holdfast::cryptoki
