// A supplicant that dies, lies or has a full disk.

#include <algorithm>
#include <random>

#include "support/store_fixture.h"

namespace holdfast::secure::storage {
namespace {

class SupplicantFault : public StoreFixture {
 protected:
  void SetUp() override {
    store = open();
    initialise(*store->token(0));
    ASSERT_TRUE(put(*store->token(0), 1, "one"));
  }
  TokenStore& token() { return *store->token(0); }
  std::map<ObjectUid, std::string> stored() { return texts(*open()->token(0)); }

  std::unique_ptr<Store> store;
};

TEST_F(SupplicantFault, RepeatsACommitThatWasLostBeforeItHappened) {
  link.fail_next({Fault::lost_request});
  EXPECT_TRUE(put(token(), 2, "two"));
  EXPECT_EQ(stored().size(), 2u);
}

TEST_F(SupplicantFault, RecognisesACommitWhoseAnswerWasLost) {
  link.fail_next({Fault::lost_reply});
  EXPECT_TRUE(put(token(), 2, "two"));
  EXPECT_TRUE(put(token(), 3, "three"));
  EXPECT_EQ(stored().size(), 3u);
}

TEST_F(SupplicantFault, FailsAfterTheSecondLossAndGoesOnFromThere) {
  link.fail_next({Fault::lost_request, Fault::none, Fault::lost_request});
  EXPECT_EQ(put(token(), 2, "two").error().rv, Rv::device_error);
  EXPECT_EQ(token().condition(), SlotCondition::ready);
  EXPECT_TRUE(put(token(), 3, "three"));
  EXPECT_EQ(stored(), (std::map<ObjectUid, std::string>{{numbered(1), "one"}, {numbered(3), "three"}}));
}

TEST_F(SupplicantFault, SettlesACommitInDoubtThatHadHappened) {
  link.fail_next({Fault::lost_reply, Fault::unreachable});
  TokenState state = token().state();
  state.flags = 99;
  EXPECT_EQ(token().commit({.put = {object(2, "two")}, .removed = {}, .state = state}).error().rv, Rv::device_error);
  EXPECT_EQ(token().state().flags, 7u);
  EXPECT_TRUE(put(token(), 3, "three"));
  EXPECT_EQ(token().state().flags, 99u);
  EXPECT_EQ(stored().size(), 3u);
}

TEST_F(SupplicantFault, SettlesACommitInDoubtThatHadNotHappened) {
  link.fail_next({Fault::lost_request, Fault::unreachable});
  EXPECT_EQ(put(token(), 2, "two").error().rv, Rv::device_error);
  EXPECT_TRUE(put(token(), 3, "three"));
  EXPECT_EQ(stored(), (std::map<ObjectUid, std::string>{{numbered(1), "one"}, {numbered(3), "three"}}));
}

TEST_F(SupplicantFault, SettlesAnInitialisationInDoubt) {
  for (const Fault fault : {Fault::lost_reply, Fault::lost_request}) {
    link.fail_next({fault, Fault::unreachable});
    EXPECT_EQ(token().initialise({}, secret("pin")).error().rv, Rv::device_error);
    // Another slot meets the store's manifest in doubt, too.
    initialise(*store->token(fault == Fault::lost_reply ? 1 : 2));
    EXPECT_TRUE(put(token(), 8, "eight"));
    const auto reopened = open();
    EXPECT_EQ(reopened->token(0)->condition(), SlotCondition::ready);
    EXPECT_EQ(reopened->token(1)->condition(), SlotCondition::ready);
  }
}

TEST_F(SupplicantFault, FailsWhileNobodyIsThere) {
  link.fail_next({Fault::unreachable});
  EXPECT_EQ(put(token(), 2, "two").error().rv, Rv::device_error);
  EXPECT_TRUE(put(token(), 2, "two"));
  link.fail_next({Fault::unreachable});
  EXPECT_EQ(try_open().error().rv, Rv::device_error);
}

TEST_F(SupplicantFault, SurvivesWrongAnswersToACommit) {
  for (const Fault fault : {Fault::garbage, Fault::short_reply, Fault::empty_reply, Fault::disk_error}) {
    link.fail_next({fault});
    EXPECT_TRUE(put(token(), 2, "two"));
  }
  link.fail_next({Fault::garbage, Fault::garbage});
  EXPECT_EQ(put(token(), 3, "three").error().rv, Rv::device_error);
  EXPECT_TRUE(put(token(), 4, "four"));
  EXPECT_EQ(stored(),
            (std::map<ObjectUid, std::string>{{numbered(1), "one"}, {numbered(2), "two"}, {numbered(4), "four"}}));
}

TEST_F(SupplicantFault, FailsToOpenOnWrongAnswersAndMakesNothing) {
  const int calls_to_open = [&] {
    const int before = link.calls();
    open();
    return link.calls() - before;
  }();
  const auto before = link.store().shelves()[kStoreShelf].manifest;
  for (const Fault fault : {Fault::garbage, Fault::short_reply, Fault::empty_reply, Fault::unreachable}) {
    for (int at = 0; at < calls_to_open; ++at) {
      std::vector<Fault> faults(static_cast<std::size_t>(at), Fault::none);
      faults.push_back(fault);
      link.fail_in_order(faults);
      const auto opened = try_open();
      if (opened) {
        // A short answer may be one that is short of nothing that counts; never an empty store.
        EXPECT_NE((*opened)->token(0)->condition(), SlotCondition::uninitialised);
      } else {
        EXPECT_EQ(opened.error().rv, Rv::device_error);
      }
    }
  }
  EXPECT_EQ(link.store().shelves()[kStoreShelf].manifest, before);
}

TEST_F(SupplicantFault, ReportsAFullDiskAndGoesOn) {
  link.fail_next({Fault::disk_full});
  EXPECT_EQ(put(token(), 2, "two").error().rv, Rv::device_memory);
  EXPECT_TRUE(put(token(), 3, "three"));
  EXPECT_EQ(stored().size(), 2u);
}

TEST_F(SupplicantFault, RepeatsAReadThatWasLost) {
  link.fail_next({Fault::lost_request, Fault::none, Fault::lost_reply});
  EXPECT_EQ(open()->token(0)->condition(), SlotCondition::ready);
}

/// MutatingLink changes some bytes, or the length, of every reply.
class MutatingLink final : public RecordLink {
 public:
  MutatingLink(RecordLink& link, unsigned seed) : link_(link), random_(seed) {}
  Result<Bytes> call(ByteView request) override {
    Result<Bytes> reply = link_.call(request);
    if (!reply || random_() % 2 == 0) return reply;
    Bytes& bytes = *reply;
    for (auto changes = 1 + random_() % 3; changes > 0 && !bytes.empty(); --changes)
      bytes[random_() % std::min<std::size_t>(bytes.size(), 200)] = static_cast<std::byte>(random_());
    if (random_() % 4 == 0) bytes.resize(random_() % (bytes.size() + 20));
    return reply;
  }

 private:
  RecordLink& link_;
  std::mt19937 random_;
};

TEST_F(SupplicantFault, NeverTakesAMutatedAnswerForATrueStore) {
  int refused = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    MutatingLink mutating(link, seed);
    const auto opened = Store::open(root_key(), mutating, {.slot_count = 3, .scrypt_log2_n = 2});
    if (!opened || (*opened)->token(0)->condition() != SlotCondition::ready) {
      ++refused;
      continue;
    }
    EXPECT_EQ(texts(*(*opened)->token(0)), (std::map<ObjectUid, std::string>{{numbered(1), "one"}})) << seed;
  }
  EXPECT_GT(refused, 300);
  EXPECT_EQ(stored().size(), 1u);
}

}  // namespace
}  // namespace holdfast::secure::storage
