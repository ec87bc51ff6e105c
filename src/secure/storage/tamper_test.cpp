// What a thief of the disk, or a hostile supplicant, can do to the records, and how each is named.

#include "support/store_fixture.h"

namespace holdfast::secure::storage {
namespace {

class Tampering : public StoreFixture {
 protected:
  using Shelf = supplicant::MemoryRecordStore::Shelf;

  /// Two tokens with objects; slot 2 stays empty.
  void SetUp() override {
    const auto store = open();
    for (SlotNumber slot = 0; slot < 2; ++slot) {
      initialise(*store->token(slot));
      for (std::uint32_t i = 1; i <= 5; ++i) ASSERT_TRUE(put(*store->token(slot), i, "first"));
    }
  }
  Shelf& shelf(SlotNumber slot) { return link.store().shelves()[shelf_of(slot)]; }
  Shelf& ledger() { return link.store().shelves()[kStoreShelf]; }

  void expect_damage(Damage damage, const ObjectUid& object, std::uint32_t findings = 1) {
    const auto store = try_open();
    ASSERT_TRUE(store);
    TokenStore& token = *(*store)->token(0);
    ASSERT_EQ(token.condition(), SlotCondition::damaged);
    const DamageReport report = token.damage();
    EXPECT_EQ(report.damage, damage) << text(report.damage);
    EXPECT_EQ(report.object, object);
    EXPECT_EQ(report.findings, findings);
    EXPECT_TRUE(token.take_objects().empty());
    // Neither use nor change, while the other token goes on.
    const auto before = shelf(0).manifest;
    EXPECT_EQ(put(token, 9, "x").error().rv, Rv::token_not_recognized);
    EXPECT_EQ(token.initialise({}, secret("new")).error().rv, Rv::token_not_recognized);
    EXPECT_EQ(token.open_with_pin(PinOwner::so, secret("so-pin")).error().rv, Rv::token_not_recognized);
    EXPECT_EQ(shelf(0).manifest, before);
    EXPECT_EQ((*store)->token(1)->condition(), SlotCondition::ready);
    EXPECT_TRUE(put(*(*store)->token(1), 9, "x"));
  }
  void expect_store_refused(Damage damage, int root = 0x21) {
    const auto before = link.store().shelves()[kStoreShelf].manifest;
    const auto store = try_open(root);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().rv, Rv::device_error);
    EXPECT_STREQ(store.error().why, text(damage));
    EXPECT_EQ(link.store().shelves()[kStoreShelf].manifest, before);
  }
};

TEST_F(Tampering, FindsEveryFlippedBitOfARecord) {
  const Bytes original = shelf(0).records[numbered(3)];
  for (std::size_t bit = 0; bit < original.size() * 8; bit += 13) {
    Bytes altered = original;
    altered[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    shelf(0).records[numbered(3)] = altered;
    const auto store = try_open();
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->token(0)->condition(), SlotCondition::damaged) << bit;
    EXPECT_EQ((*store)->token(0)->damage().object, numbered(3)) << bit;
  }
  Bytes altered = original;
  altered[original.size() - 20] ^= std::byte{1};
  shelf(0).records[numbered(3)] = altered;
  expect_damage(Damage::record_altered, numbered(3));
}

TEST_F(Tampering, FindsATruncatedRecord) {
  shelf(0).records[numbered(3)].resize(30);
  expect_damage(Damage::record_altered, numbered(3));
}

TEST_F(Tampering, NamesTheRecordThatIsMissing) {
  shelf(0).records.erase(numbered(2));
  expect_damage(Damage::record_missing, numbered(2));
}

TEST_F(Tampering, NamesEachOfSeveralMissingRecords) {
  shelf(0).records.clear();
  const auto store = open();
  EXPECT_EQ(store->token(0)->damage().damage, Damage::record_missing);
  EXPECT_EQ(store->token(0)->damage().findings, 5u);
}

TEST_F(Tampering, NamesTheRecordThatCameBack) {
  const Bytes removed = shelf(0).records[numbered(4)];
  {
    const auto store = open();
    ASSERT_TRUE(store->token(0)->commit({.put = {}, .removed = {numbered(4)}, .state = {}}));
  }
  shelf(0).records[numbered(4)] = removed;
  expect_damage(Damage::record_extra, numbered(4));
}

TEST_F(Tampering, NamesTheRecordThatIsAnOlderVersion) {
  const Bytes old = shelf(0).records[numbered(4)];
  {
    const auto store = open();
    ASSERT_TRUE(put(*store->token(0), 4, "second"));
  }
  shelf(0).records[numbered(4)] = old;
  expect_damage(Damage::record_old, numbered(4));
}

TEST_F(Tampering, NamesRecordsSwappedBetweenObjects) {
  std::swap(shelf(0).records[numbered(1)], shelf(0).records[numbered(2)]);
  expect_damage(Damage::record_misplaced, numbered(1), 2);
}

TEST_F(Tampering, NamesARecordFromAnotherToken) {
  shelf(0).records[numbered(1)] = shelf(1).records[numbered(1)];
  expect_damage(Damage::record_misplaced, numbered(1));
}

TEST_F(Tampering, NamesARecordThatNobodySealed) {
  shelf(0).records[numbered(77)] = to_bytes(as_bytes("not a sealed blob at all"));
  expect_damage(Damage::record_altered, numbered(77));
}

TEST_F(Tampering, AdmitsThatItCannotNameEverything) {
  {
    const auto store = open();
    for (std::uint32_t i = 100; i < 300; ++i) ASSERT_TRUE(put(*store->token(0), i, "x"));
  }
  shelf(0).records.clear();
  const auto store = open();
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::damaged);
  EXPECT_GE(store->token(0)->damage().findings, 1u);
}

TEST_F(Tampering, StopsReadingWhenTheSupplicantInventsRecords) {
  for (std::uint32_t i = 1000; i < 6000; ++i) shelf(0).records[numbered(i)] = Bytes(120);
  const auto store = open();
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::damaged);
  EXPECT_EQ(store->token(1)->condition(), SlotCondition::ready);
}

TEST_F(Tampering, FindsAnAlteredManifest) {
  shelf(0).manifest[100] ^= std::byte{1};
  expect_damage(Damage::manifest_altered, {});
}

TEST_F(Tampering, FindsAManifestThatIsNone) {
  shelf(0).manifest = to_bytes(as_bytes("no manifest"));
  expect_damage(Damage::manifest_altered, {});
}

TEST_F(Tampering, FindsAnotherEpochOnATrueManifest) {
  shelf(0).epoch -= 1;
  expect_damage(Damage::manifest_altered, {});
}

TEST_F(Tampering, FindsAnOldManifestBeneathNewRecords) {
  const Shelf old = shelf(0);
  {
    const auto store = open();
    ASSERT_TRUE(put(*store->token(0), 4, "second"));
  }
  shelf(0).manifest = old.manifest;
  expect_damage(Damage::manifest_old, {});  // with the newer epoch
  shelf(0).epoch = old.epoch;
  expect_damage(Damage::manifest_old, {});  // and with its own
}

TEST_F(Tampering, FindsAnotherTokensManifest) {
  shelf(0).manifest = shelf(1).manifest;
  shelf(0).epoch = shelf(1).epoch;
  expect_damage(Damage::manifest_misplaced, {});
}

TEST_F(Tampering, FindsTheTokenOfBeforeAReinitialisation) {
  const Shelf old = shelf(0);
  {
    const auto store = open();
    initialise(*store->token(0), "another");
  }
  shelf(0) = old;
  expect_damage(Damage::manifest_misplaced, {});
}

TEST_F(Tampering, FindsThatATokenIsGoneWhole) {
  link.store().shelves().erase(shelf_of(0));
  const auto store = open();
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::damaged);
  EXPECT_EQ(store->token(0)->damage().damage, Damage::token_missing);
  EXPECT_EQ(store->token(1)->condition(), SlotCondition::ready);
}

TEST_F(Tampering, FindsATokenThatNobodyInitialised) {
  link.store().shelves()[shelf_of(2)] = shelf(0);
  const auto store = open();
  EXPECT_EQ(store->token(2)->damage().damage, Damage::store_manifest_old);
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::ready);
}

TEST_F(Tampering, FindsAnOldStoreManifest) {
  const Shelf old = ledger();
  {
    const auto store = open();
    initialise(*store->token(2));
  }
  ledger() = old;
  const auto store = open();
  EXPECT_EQ(store->token(2)->damage().damage, Damage::store_manifest_old);
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::ready);
}

TEST_F(Tampering, RefusesAStoreOfAnotherRootKeyAndLeavesIt) {
  expect_store_refused(Damage::other_root_key, 0x22);
  EXPECT_EQ(open()->token(0)->condition(), SlotCondition::ready);
}

TEST_F(Tampering, RefusesAnAlteredStoreManifest) {
  ledger().manifest.back() ^= std::byte{1};
  expect_store_refused(Damage::store_altered);
}

TEST_F(Tampering, RefusesTokensWithoutTheStoreManifest) {
  link.store().shelves().erase(kStoreShelf);
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_STREQ(store.error().why, text(Damage::store_manifest_missing));
  EXPECT_FALSE(link.store().shelves().contains(kStoreShelf));
}

TEST_F(Tampering, DamagesATokenThatIsChangedWhileItRuns) {
  const auto store = open();
  shelf(0).epoch += 4;
  EXPECT_EQ(put(*store->token(0), 9, "x").error().rv, Rv::device_error);
  EXPECT_EQ(store->token(0)->condition(), SlotCondition::damaged);
  EXPECT_EQ(store->token(0)->damage().damage, Damage::changed_outside);
  EXPECT_TRUE(put(*store->token(1), 9, "x"));
}

}  // namespace
}  // namespace holdfast::secure::storage
