#include "quirks.h"

namespace holdfast::optee {

TeeResult Quirks::invoke(secure::ta::TaSession session, std::uint32_t command, secure::ta::Params& params) {
  return ta_.invoke_command(session, command, params);
}

}  // namespace holdfast::optee
