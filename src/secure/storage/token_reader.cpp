#include "secure/storage/token_reader.h"

#include <algorithm>
#include <unordered_set>

#include "base/log.h"

namespace holdfast::secure::storage {

namespace rpc = wire::rpc;

void log_damage(SlotNumber slot, Damage damage, const ObjectUid& object, std::uint64_t version) {
  if (object == ObjectUid{}) {
    log::error(text(damage), {{"slot", slot}, {"version", version}});
    return;
  }
  log::error(text(damage),
             {{"slot", slot}, {"object_high", object.high()}, {"object_low", object.low()}, {"version", version}});
}

namespace {

/// A supplicant that invents records without end must not fill memory or log.
constexpr std::uint32_t kMaxFindings = 1000;
constexpr std::uint32_t kMaxFindingsLogged = 50;

class Findings {
 public:
  explicit Findings(SlotNumber slot) : slot_(slot) {}

  void add(Damage damage, const ObjectUid& object, std::uint64_t version) {
    if (report_.findings == 0) report_ = {.damage = damage, .object = object, .findings = 0};
    if (report_.findings < kMaxFindingsLogged) log_damage(slot_, damage, object, version);
    ++report_.findings;
    if (object != ObjectUid{}) named_.insert(object);
  }
  bool any() const { return report_.findings != 0; }
  bool too_many() const { return report_.findings >= kMaxFindings; }
  bool has_named(const ObjectUid& object) const { return named_.contains(object); }
  const DamageReport& report() const { return report_; }

 private:
  SlotNumber slot_;
  DamageReport report_;
  std::unordered_set<ObjectUid> named_;
};

class TokenReader {
 public:
  TokenReader(StoreClient& client, const StoreKeys& keys, SlotNumber slot, const TokenUid& token)
      : client_(client), keys_(keys), slot_(slot), token_(token), findings_(slot) {}

  Result<std::variant<VerifiedToken, DamageReport>> read() {
    HF_TRY(read_manifest());
    if (!findings_.any()) HF_TRY(read_records());
    if (manifest_ && !unreadable_ && !findings_.too_many()) HF_TRY(compare_sets());
    if (findings_.any()) return std::variant<VerifiedToken, DamageReport>(findings_.report());
    verified_.content.state = std::move(manifest_->state);
    verified_.index.set_records(manifest_->records);
    return std::variant<VerifiedToken, DamageReport>(std::move(verified_));
  }

 private:
  Result<void> read_manifest();
  Result<void> unseal_manifest(std::uint64_t epoch, ByteView blob);
  Result<void> read_records();
  Result<void> read_record(rpc::Record record);
  Result<void> compare_sets();
  void name_difference(const Difference& difference);
  /// A database that cannot be read damages this token; a supplicant that is not there damages nothing.
  Result<void> take_fault(StoreFault fault) {
    if (fault != StoreFault::corrupt) return to_error(fault);
    findings_.add(Damage::store_corrupt, {}, 0);
    unreadable_ = true;
    return {};
  }

  StoreClient& client_;
  const StoreKeys& keys_;
  const SlotNumber slot_;
  const TokenUid token_;
  Findings findings_;
  std::optional<TokenManifest> manifest_;
  bool unreadable_ = false;
  RecordSet found_;
  std::uint64_t newest_version_ = 0;
  VerifiedToken verified_;
};

Result<void> TokenReader::read_manifest() {
  const auto found = client_.read_manifest(shelf_of(slot_));
  if (!found) return take_fault(found.error());
  if (!found->has_value()) {
    findings_.add(Damage::token_missing, {}, 0);
    return {};
  }
  return unseal_manifest((*found)->epoch, (*found)->manifest);
}

Result<void> TokenReader::unseal_manifest(std::uint64_t epoch, ByteView blob) {
  const SealingKey& key = keys_.store_key();
  const SealResult<Bytes> plain = unseal(key, token_manifest_header(keys_, token_, epoch), blob);
  if (!plain) {
    const SealFault fault = plain.error();
    if (fault == SealFault::no_memory) return fail(Rv::host_memory, "no memory to unseal a manifest");
    Damage damage = Damage::manifest_altered;
    if (fault == SealFault::other_store || fault == SealFault::other_token) damage = Damage::manifest_misplaced;
    if (fault == SealFault::other_version) {
      // True at its own epoch means old; else somebody only wrote another number.
      const std::uint64_t own = read_clear_header(blob).value().header.version;
      if (own < epoch && unseal(key, token_manifest_header(keys_, token_, own), blob)) damage = Damage::manifest_old;
    }
    findings_.add(damage, {}, epoch);
    return {};
  }
  Result<TokenManifest> manifest = decode_token_manifest(*plain);
  if (!manifest) {
    findings_.add(Damage::manifest_altered, {}, epoch);
    return {};
  }
  if (manifest->state.slot != slot_ || manifest->state.uid != token_) {
    findings_.add(Damage::manifest_misplaced, {}, epoch);
    return {};
  }
  auto token_keys = TokenKeys::unwrap(keys_, token_, manifest->wrapped_token_key);
  if (!token_keys) {
    if (token_keys.error() == SealFault::no_memory) return fail(Rv::host_memory, "no memory for a token's keys");
    findings_.add(Damage::manifest_altered, {}, epoch);
    return {};
  }
  verified_.content.keys = std::move(token_keys).value();
  verified_.content.epoch = epoch;
  manifest_ = std::move(manifest).value();
  return {};
}

Result<void> TokenReader::read_records() {
  std::optional<ObjectUid> after;
  for (bool more = true; more && !findings_.too_many();) {
    auto page = client_.read_page(shelf_of(slot_), after);
    if (!page) return take_fault(page.error());
    more = page->more;
    if (!page->records.empty()) after = page->records.back().uid;
    for (rpc::Record& record : page->records) HF_TRY(read_record(std::move(record)));
  }
  return {};
}

Result<void> TokenReader::read_record(rpc::Record record) {
  const SealResult<ClearHeader> clear = read_clear_header(record.blob);
  if (!clear) {
    findings_.add(Damage::record_altered, record.uid, 0);
    return {};
  }
  // Whether this is the right version, the record set will say.
  const std::uint64_t version = clear->header.version;
  const SealResult<Bytes> plain =
      unseal(verified_.content.keys->token_key(), object_header(keys_, token_, record.uid, version), record.blob);
  if (!plain) {
    const SealFault fault = plain.error();
    if (fault == SealFault::no_memory) return fail(Rv::host_memory, "no memory to unseal a record");
    const bool misplaced = fault == SealFault::other_object || fault == SealFault::other_token ||
                           fault == SealFault::other_store || fault == SealFault::other_kind;
    findings_.add(misplaced ? Damage::record_misplaced : Damage::record_altered, record.uid, version);
    return {};
  }
  Result<ObjectBody> body = decode_object(*plain);
  if (!body) {
    findings_.add(Damage::record_altered, record.uid, version);
    return {};
  }
  const RecordMark mark{.uid = record.uid, .version = version, .tag = tag_of(record.blob)};
  HF_ASSIGN_OR_RETURN(const MarkDigest digest, verified_.content.keys->hasher().digest(mark));
  found_.add(mark, digest);
  newest_version_ = std::max(newest_version_, version);
  verified_.index.put(mark);
  verified_.objects.push_back({.uid = record.uid,
                               .version = version,
                               .public_part = std::move(body->public_part),
                               .sealed_secret_part = std::move(body->sealed_secret_part)});
  return {};
}

Result<void> TokenReader::compare_sets() {
  // A record's version is the epoch of the commit that wrote it and its manifest together.
  if (newest_version_ > verified_.content.epoch) {
    findings_.add(Damage::manifest_old, {}, verified_.content.epoch);
    return {};
  }
  if (manifest_->records.same_records(found_)) return {};
  HF_ASSIGN_OR_RETURN(const Difference difference,
                      manifest_->records.difference(found_, verified_.content.keys->hasher()));
  name_difference(difference);
  if (!difference.complete || !findings_.any()) findings_.add(Damage::set_mismatch, {}, verified_.content.epoch);
  return {};
}

void TokenReader::name_difference(const Difference& difference) {
  const auto& listed = difference.only_here;
  const auto& present = difference.only_there;
  for (const RecordMark& mark : present) {
    const bool replaces_listed =
        std::ranges::any_of(listed, [&](const RecordMark& other) { return other.uid == mark.uid; });
    findings_.add(replaces_listed ? Damage::record_old : Damage::record_extra, mark.uid, mark.version);
  }
  for (const RecordMark& mark : listed)
    if (!findings_.has_named(mark.uid)) findings_.add(Damage::record_missing, mark.uid, mark.version);
}

}  // namespace

Result<std::variant<VerifiedToken, DamageReport>> read_token(StoreClient& client, const StoreKeys& keys,
                                                             SlotNumber slot, const TokenUid& token) {
  return TokenReader(client, keys, slot, token).read();
}

}  // namespace holdfast::secure::storage
