#include <pkcs11/pkcs11.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/token_policy.h"
#include "cli/commands.h"
#include "cli/pin_prompt.h"
#include "cli/token_link.h"

namespace holdfast::cli {
namespace {

ExitCode complain(const Error& error) {
  const auto say = [](ExitCode code, const char* text) {
    std::fprintf(stderr, "holdfast: %s\n", text);
    return code;
  };
  switch (error.rv) {
    case Rv::token_not_present:
      return say(ExitCode::not_running, "nobody listens; start holdfastd, or set HOLDFAST_SOCKET");
    case Rv::function_not_supported:
      return say(ExitCode::problem, "the secure world knows no policies; it is older than this program, or no Holdfast");
    case Rv::slot_id_invalid:
      return say(ExitCode::problem, "there is no such slot; `holdfast slots` lists them");
    case Rv::pin_incorrect:
      return say(ExitCode::problem, "the security officer's PIN is wrong, or the slot has no token");
    case Rv::pin_locked:
      return say(ExitCode::problem, "the security officer's PIN is locked");
    case Rv::token_not_recognized:
      return say(ExitCode::problem, "the token is damaged; `holdfast doctor` and the log tell more");
    default:
      std::fprintf(stderr, "holdfast: %s (0x%x)\n", error.why, static_cast<unsigned>(error.rv));
      return ExitCode::problem;
  }
}

/// changed applies --refuse and --allow, or gives nothing for a word that names no legacy.
std::optional<TokenPolicy> changed(TokenPolicy policy, const Options& options) {
  for (const std::string& words : options.refuse) {
    const auto named = TokenPolicy::parse(words);
    if (!named) return std::nullopt;
    for (const LegacyName& each : kLegacyNames)
      if (named->refuses(each.what)) policy = policy.refuse(each.what);
  }
  for (const std::string& words : options.allow) {
    const auto named = TokenPolicy::parse(words);
    if (!named) return std::nullopt;
    for (const LegacyName& each : kLegacyNames)
      if (named->refuses(each.what)) policy = policy.allow(each.what);
  }
  return policy;
}

Result<void> set_policy(TokenLink& link, ck::SlotId slot, TokenPolicy policy) {
  HF_ASSIGN_OR_RETURN(const TypedPin pin, read_pin("SO PIN"));
  HF_ASSIGN_OR_RETURN(const wire::OpenSession::Reply opened,
                      link.call<wire::OpenSession>({.slot = slot, .flags = CKF_SERIAL_SESSION | CKF_RW_SESSION}));
  HF_TRY(link.call<wire::Login>({.session = opened.session,
                                 .user_type = CKU_SO,
                                 .pin = wire::SecretCodec::see(pin.bytes).first(pin.size)}));
  HF_TRY(link.call<wire::SetTokenPolicy>({.session = opened.session, .refused = policy.bits()}));
  return {};
}

void print(const Options& options, TokenPolicy policy) {
  if (options.format == Format::json) {
    nlohmann::json refused = nlohmann::json::array();
    for (const LegacyName& each : kLegacyNames)
      if (policy.refuses(each.what)) refused.push_back(each.name);
    std::printf("%s\n", nlohmann::json({{"slot", options.slot}, {"refused", refused}}).dump(2).c_str());
    return;
  }
  for (const LegacyName& each : kLegacyNames)
    std::printf("%-13s %s\n", std::string(each.name).c_str(), policy.refuses(each.what) ? "refused" : "served");
}

Result<TokenPolicy> read_policy(TokenLink& link, ck::SlotId slot) {
  HF_ASSIGN_OR_RETURN(const wire::GetTokenPolicy::Reply reply, link.call<wire::GetTokenPolicy>({.slot = slot}));
  const std::optional<TokenPolicy> policy = TokenPolicy::from_bits(reply.refused);
  if (!policy) return fail(Rv::function_not_supported, "the secure world is newer than this program");
  return *policy;
}

}  // namespace

ExitCode run_policy(const Options& options) {
  if (!changed(TokenPolicy::usual(), options)) {
    std::fprintf(stderr, "holdfast: --refuse and --allow take a list of small-rsa,md5-signing,sha1-signing,md5,dsa-signing,triple-des\n");
    return ExitCode::usage;
  }
  const Result<std::unique_ptr<TokenLink>> link = TokenLink::open();
  if (!link) return complain(link.error());
  const ck::SlotId slot{options.slot};
  const Result<TokenPolicy> now = read_policy(**link, slot);
  if (!now) return complain(now.error());
  const TokenPolicy wanted = *changed(*now, options);
  if (wanted != *now)
    if (const Result<void> set = set_policy(**link, slot, wanted); !set) return complain(set.error());
  print(options, wanted);
  return ExitCode::ok;
}

}  // namespace holdfast::cli
