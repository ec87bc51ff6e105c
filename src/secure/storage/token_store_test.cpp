#include "secure/storage/token_store.h"

#include <algorithm>
#include <thread>

#include "base/byte_writer.h"
#include "secure/crypto/digest.h"
#include "support/store_fixture.h"

namespace holdfast::secure::storage {
namespace {

using holdfast::testing::SecretPeek;

class TokenStoreTest : public StoreFixture {};

TEST_F(TokenStoreTest, StartsFreshWithUninitialisedSlots) {
  const auto store = open();
  ASSERT_EQ(store->slot_count(), 3u);
  EXPECT_EQ(store->token(3), nullptr);
  for (SlotNumber slot = 0; slot < 3; ++slot) {
    TokenStore& token = *store->token(slot);
    EXPECT_EQ(token.condition(), SlotCondition::uninitialised);
    EXPECT_EQ(token.state().slot, slot);
    EXPECT_EQ(put(token, 1, "x").error().rv, Rv::token_not_recognized);
    EXPECT_EQ(token.open_with_pin(PinOwner::so, secret("x")).error().rv, Rv::token_not_recognized);
  }
}

TEST_F(TokenStoreTest, KeepsATokenAcrossReopening) {
  TokenState before;
  {
    const auto store = open();
    initialise(*store->token(1));
    before = store->token(1)->state();
    EXPECT_NE(before.uid, TokenUid{});
  }
  const auto store = open();
  ASSERT_EQ(store->token(1)->condition(), SlotCondition::ready);
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::uninitialised);
  const TokenState after = store->token(1)->state();
  EXPECT_EQ(after.uid, before.uid);
  EXPECT_EQ(after.slot, 1u);
  EXPECT_EQ(after.label, before.label);
  EXPECT_EQ(after.serial, before.serial);
  EXPECT_EQ(after.flags, 7u);
  EXPECT_TRUE(after.so.is_set());
  EXPECT_FALSE(after.user.is_set());
  EXPECT_TRUE(store->token(1)->open_with_pin(PinOwner::so, secret("so-pin")));
  EXPECT_EQ(store->token(1)->open_with_pin(PinOwner::so, secret("other")).error().rv, Rv::pin_incorrect);
  EXPECT_EQ(store->token(1)->open_with_pin(PinOwner::user, secret("so-pin")).error().rv, Rv::user_pin_not_initialized);
}

TEST_F(TokenStoreTest, KeepsObjectsThroughPutReplaceAndRemove) {
  {
    const auto store = open();
    TokenStore& token = *store->token(0);
    initialise(token);
    ASSERT_TRUE(
        token.commit({.put = {object(1, "one"), object(2, "two"), object(3, "three")}, .removed = {}, .state = {}}));
    ASSERT_TRUE(token.commit({.put = {object(2, "two again"), object(4, "")}, .removed = {numbered(3)}, .state = {}}));
    EXPECT_TRUE(token.take_objects().empty());
  }
  const auto store = open();
  EXPECT_EQ(texts(*store->token(0)),
            (std::map<ObjectUid, std::string>{{numbered(1), "one"}, {numbered(2), "two again"}, {numbered(4), ""}}));
  EXPECT_TRUE(store->token(0)->take_objects().empty());
  // And what was read can be changed.
  ASSERT_TRUE(store->token(0)->commit({.put = {object(1, "newer")}, .removed = {numbered(2)}, .state = {}}));
  EXPECT_EQ(texts(*open()->token(0)).size(), 2u);
}

TEST_F(TokenStoreTest, ReadsManyPages) {
  const std::string text(100000, 'p');
  {
    const auto store = open();
    initialise(*store->token(0));
    for (std::uint32_t i = 0; i < 60; ++i) ASSERT_TRUE(put(*store->token(0), i, text));
  }
  const auto found = texts(*open()->token(0));
  EXPECT_EQ(found.size(), 60u);
  for (const auto& [uid, content] : found) EXPECT_EQ(content, text);
}

TEST_F(TokenStoreTest, RefusesChangesThatContradictThemselves) {
  const auto store = open();
  TokenStore& token = *store->token(0);
  initialise(token);
  ASSERT_TRUE(put(token, 1, "one"));
  EXPECT_EQ(token.commit({.put = {object(1, "a"), object(1, "b")}, .removed = {}, .state = {}}).error().rv,
            Rv::arguments_bad);
  EXPECT_EQ(token.commit({.put = {object(1, "a")}, .removed = {numbered(1)}, .state = {}}).error().rv,
            Rv::arguments_bad);
  EXPECT_EQ(token.commit({.put = {object(5, "a")}, .removed = {numbered(9)}, .state = {}}).error().rv,
            Rv::object_handle_invalid);
  TokenState moved = token.state();
  moved.slot = 2;
  EXPECT_EQ(token.commit({.put = {}, .removed = {}, .state = moved}).error().rv, Rv::arguments_bad);
  EXPECT_EQ(texts(*open()->token(0)), (std::map<ObjectUid, std::string>{{numbered(1), "one"}}));
}

TEST_F(TokenStoreTest, RefusesAnObjectAboveTheLimitAndKeepsGoing) {
  const auto store = open();
  TokenStore& token = *store->token(0);
  initialise(token);
  EXPECT_EQ(put(token, 1, std::string(wire::rpc::kMaxRecordBytes, 'x')).error().rv, Rv::device_memory);
  Change large;
  for (std::uint32_t i = 0; i < 5; ++i)
    large.put.push_back(object(i, std::string(wire::rpc::kMaxRecordBytes - 1000, 'x')));
  EXPECT_EQ(token.commit(large).error().rv, Rv::device_memory);
  EXPECT_TRUE(put(token, 1, "fits"));
  EXPECT_EQ(texts(*open()->token(0)).size(), 1u);
}

TEST_F(TokenStoreTest, CommitsTheTriesCounterAlone) {
  {
    const auto store = open();
    initialise(*store->token(0));
    TokenState state = store->token(0)->state();
    state.user.tries_used = 3;
    ASSERT_TRUE(store->token(0)->commit({.put = {}, .removed = {}, .state = state}));
    EXPECT_EQ(store->token(0)->state().user.tries_used, 3u);
  }
  EXPECT_EQ(open()->token(0)->state().user.tries_used, 3u);
}

TEST_F(TokenStoreTest, SealsSecretsUnderTheTokenKey) {
  const auto store = open();
  TokenStore& token = *store->token(0);
  initialise(token);
  const Bytes sealed = token.seal_secret(numbered(1), secret("public object's secret")).value();
  EXPECT_FALSE(TokenStore::is_under_private_key(sealed));
  EXPECT_EQ(as_text(SecretPeek::see(token.unseal_secret(numbered(1), sealed, nullptr).value())),
            "public object's secret");
  EXPECT_EQ(token.unseal_secret(numbered(2), sealed, nullptr).error().rv, Rv::device_error);
}

// OP-TEE ABI section 19.3, number 13: there a PIN is kept as SHA-256(user type ‖ 32-bit salt ‖ PIN), which a thief of the
// record guesses at the speed of SHA-256.
TEST_F(TokenStoreTest, OpteeDefectNumber13KeepsNoHashOfAPin) {
  const auto store = open();
  initialise(*store->token(0));
  initialise(*store->token(1));
  const Bytes vault = store->token(0)->state().so.vault;
  const auto contains = [&](ByteView bytes) { return !std::ranges::search(vault, bytes).empty(); };
  for (std::size_t at = 0; at + 4 <= vault.size(); ++at) {
    const ByteView salt = ByteView(vault).subspan(at, 4);
    for (const std::uint32_t user_type : {0u, 1u}) {
      std::array<std::byte, 32> hash;
      ByteWriter salted;
      salted.u32(user_type).raw(salt).raw(as_bytes("so-pin"));
      ASSERT_TRUE(crypto::digest(crypto::DigestKind::sha256, salted.view(), hash));
      EXPECT_FALSE(contains(hash)) << at;
    }
  }
  const auto salt_of = [](const Bytes& pin_vault) { return to_bytes(ByteView(pin_vault).subspan(10, 16)); };
  EXPECT_NE(salt_of(vault), salt_of(store->token(1)->state().so.vault)) << "128 random bits for each";
  EXPECT_EQ(store->token(0)->open_with_pin(PinOwner::so, secret("so-pin")).has_value(), true);
}

TEST_F(TokenStoreTest, OpensPrivateSecretsWithEitherPinAfterReopening) {
  {
    const auto store = open();
    TokenStore& token = *store->token(0);
    initialise(token);
    const PrivateObjectKey key = token.open_with_pin(PinOwner::so, secret("so-pin")).value();
    TokenState state = token.state();
    state.user.vault = token.lock_with_pin(PinOwner::user, secret("12345"), key).value();
    StoredObject one = object(1, "private");
    one.sealed_secret_part = token.seal_secret(numbered(1), secret("the value"), key).value();
    ASSERT_TRUE(token.commit({.put = {one}, .removed = {}, .state = state}));
  }
  const auto store = open();
  TokenStore& token = *store->token(0);
  const auto objects = token.take_objects();
  ASSERT_EQ(objects.size(), 1u);
  const Bytes& sealed = objects[0].sealed_secret_part;
  EXPECT_TRUE(TokenStore::is_under_private_key(sealed));
  EXPECT_EQ(token.unseal_secret(numbered(1), sealed, nullptr).error().rv, Rv::user_not_logged_in);
  for (const auto& [owner, pin] : {std::pair{PinOwner::so, "so-pin"}, std::pair{PinOwner::user, "12345"}}) {
    const PrivateObjectKey key = token.open_with_pin(owner, secret(pin)).value();
    EXPECT_EQ(as_text(SecretPeek::see(token.unseal_secret(numbered(1), sealed, &key).value())), "the value");
  }
}

TEST_F(TokenStoreTest, ReinitialisationLeavesNothingOfTheOldToken) {
  const auto store = open();
  TokenStore& token = *store->token(0);
  initialise(token);
  const TokenUid old_uid = token.state().uid;
  ASSERT_TRUE(put(token, 1, "old"));
  const Bytes old_secret = token.seal_secret(numbered(1), secret("old")).value();
  const PrivateObjectKey old_key = token.open_with_pin(PinOwner::so, secret("so-pin")).value();
  initialise(token, "new-so-pin");

  EXPECT_NE(token.state().uid, old_uid);
  EXPECT_TRUE(link.store().shelves()[shelf_of(0)].records.empty());
  EXPECT_EQ(token.unseal_secret(numbered(1), old_secret, nullptr).error().rv, Rv::device_error);
  EXPECT_EQ(token.seal_secret(numbered(1), secret("x"), old_key).error().rv, Rv::user_not_logged_in);
  EXPECT_EQ(token.lock_with_pin(PinOwner::user, secret("1234"), old_key).error().rv, Rv::user_not_logged_in);
  EXPECT_EQ(token.open_with_pin(PinOwner::so, secret("so-pin")).error().rv, Rv::pin_incorrect);
  EXPECT_TRUE(put(token, 2, "new"));
  const auto reopened = open();
  EXPECT_EQ(texts(*reopened->token(0)), (std::map<ObjectUid, std::string>{{numbered(2), "new"}}));
}

TEST_F(TokenStoreTest, TakesCommitsFromManyThreads) {
  const auto store = open();
  for (SlotNumber slot = 0; slot < 2; ++slot) initialise(*store->token(slot));
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::uint32_t i = 0; i < 25; ++i) EXPECT_TRUE(put(*store->token(t % 2), t * 100 + i, "x"));
    });
  for (std::thread& thread : threads) thread.join();
  const auto reopened = open();
  EXPECT_EQ(texts(*reopened->token(0)).size(), 50u);
  EXPECT_EQ(texts(*reopened->token(1)).size(), 50u);
}

TEST_F(TokenStoreTest, ShowsNothingInTheClearToTheSupplicant) {
  const auto store = open();
  initialise(*store->token(0));
  ASSERT_TRUE(put(*store->token(0), 1, "a label that must not be readable"));
  for (const auto& [id, shelf] : link.store().shelves()) {
    EXPECT_EQ(as_text(shelf.manifest).find("LLLL"), std::string_view::npos);
    for (const auto& [uid, blob] : shelf.records) EXPECT_EQ(as_text(blob).find("label"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace holdfast::secure::storage
