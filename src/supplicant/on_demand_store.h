#pragma once

#include <functional>
#include <memory>

#include "supplicant/record_store.h"

namespace holdfast::supplicant {

/// OnDemandStore opens its store when it is first asked, and again on each request while that fails: the secure world
/// learns why, and a directory that was full or busy is taken up when it no longer is.
class OnDemandStore final : public RecordStore {
 public:
  using Opener = std::function<StoreResult<std::unique_ptr<RecordStore>>()>;
  explicit OnDemandStore(Opener opener) : opener_(std::move(opener)) {}

  StoreResult<wire::rpc::ListShelves::Reply> list_shelves() override {
    HF_TRY(ensure_open());
    return store_->list_shelves();
  }
  StoreResult<wire::rpc::ReadManifest::Reply> read_manifest(wire::rpc::ShelfId shelf) override {
    HF_TRY(ensure_open());
    return store_->read_manifest(shelf);
  }
  StoreResult<wire::rpc::ReadPage::Reply> read_page(const wire::rpc::ReadPage& request) override {
    HF_TRY(ensure_open());
    return store_->read_page(request);
  }
  StoreResult<void> commit(const wire::rpc::Commit& request) override {
    HF_TRY(ensure_open());
    return store_->commit(request);
  }

 private:
  StoreResult<void> ensure_open() {
    if (store_) return {};
    HF_ASSIGN_OR_RETURN(store_, opener_());
    return {};
  }

  Opener opener_;
  std::unique_ptr<RecordStore> store_;
};

}  // namespace holdfast::supplicant
