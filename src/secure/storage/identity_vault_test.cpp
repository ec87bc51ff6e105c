#include "secure/storage/identity_vault.h"

#include "support/store_fixture.h"

namespace holdfast::secure::storage {
namespace {

using holdfast::testing::SecretPeek;

constexpr CallerIdentity kAlice{.login = 1, .uuid = {std::byte{0xA1}}};
constexpr CallerIdentity kBob{.login = 1, .uuid = {std::byte{0xB0}}};

struct IdentityVault : ::testing::Test {
  const StoreUid store{};
  const StoreKeys above = StoreKeys::derive(SecretPeek::make(Bytes(32, std::byte{0x21})), store).value();
  const std::shared_ptr<const TokenKeys> keys = TokenKeys::generate(above, TokenUid{}).value();
  const SecretBytes key = SecretPeek::make(Bytes(32, std::byte{0x55}));
  const Bytes vault = make_identity_vault(store, *keys, PinOwner::user, kAlice, key).value();

  Rv open(const CallerIdentity& caller, ByteView bytes, PinOwner owner = PinOwner::user) {
    const Result<SecretBytes> opened = open_identity_vault(store, *keys, owner, caller, bytes);
    return opened ? Rv::ok : opened.error().rv;
  }
};

TEST_F(IdentityVault, OpensToItsOwner) {
  const SecretBytes opened = open_identity_vault(store, *keys, PinOwner::user, kAlice, vault).value();
  EXPECT_EQ(to_bytes(SecretPeek::see(opened)), Bytes(32, std::byte{0x55}));
  EXPECT_EQ(open(kBob, vault), Rv::pin_incorrect);
  EXPECT_EQ(open({.login = 2, .uuid = kAlice.uuid}, vault), Rv::pin_incorrect);
  EXPECT_EQ(open({}, vault), Rv::pin_incorrect);
}

TEST_F(IdentityVault, IsToldFromAPinVault) {
  EXPECT_TRUE((PinRecord{.tries_used = 0, .vault = vault}).opens_to_identity());
  EXPECT_FALSE((PinRecord{.tries_used = 0, .vault = {std::byte{1}}}).opens_to_identity());
  EXPECT_FALSE(PinRecord{}.opens_to_identity());
}

TEST_F(IdentityVault, OpensToNobodyWhoWasWrittenIntoIt) {
  Bytes forged = vault;
  forged[5] = kBob.uuid[0];
  EXPECT_EQ(open(kBob, forged), Rv::device_error);
}

TEST_F(IdentityVault, OpensInItsPlaceOnly) {
  EXPECT_EQ(open(kAlice, vault, PinOwner::so), Rv::device_error);
  const auto others = TokenKeys::generate(above, TokenUid{}).value();
  EXPECT_EQ(open_identity_vault(store, *others, PinOwner::user, kAlice, vault).error().rv, Rv::device_error);
}

TEST_F(IdentityVault, RefusesWhatIsCutOrOfAnotherFormat) {
  for (std::size_t size = 0; size < vault.size(); ++size) EXPECT_NE(open(kAlice, ByteView(vault).first(size)), Rv::ok) << size;
  Bytes other = vault;
  other[0] = std::byte{1};
  EXPECT_EQ(open(kAlice, other), Rv::device_error);
}

}  // namespace
}  // namespace holdfast::secure::storage
