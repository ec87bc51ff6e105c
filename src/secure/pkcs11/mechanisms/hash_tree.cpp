#include "secure/crypto/lms.h"
#include "secure/crypto/xmss.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/single_part.h"

// CKM_HSS, CKM_XMSS and CKM_XMSSMT, to verify. Signing would need a state that no copy of the store ever brings back.

namespace holdfast::secure::pkcs11 {
namespace {

template <class PublicKey>
class HashTreeVerifier final : public SinglePartVerifier {
 public:
  explicit HashTreeVerifier(PublicKey key) : key_(std::move(key)) {}

  Result<void> verify(ByteView data, ByteView signature) override { return key_.verify(data, to_bytes(signature)); }

 private:
  PublicKey key_;
};

template <class PublicKey>
Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(PublicKey key, start.material<PublicKey>());
  return std::make_unique<HashTreeVerifier<PublicKey>>(std::move(key));
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_HSS, .keys = {CKK_HSS}, .ops = {.verify = &new_verifier<crypto::HssPublicKey>}},
    {.id = CKM_XMSS, .keys = {CKK_XMSS}, .ops = {.verify = &new_verifier<crypto::XmssPublicKey>}},
    {.id = CKM_XMSSMT, .keys = {CKK_XMSSMT}, .ops = {.verify = &new_verifier<crypto::XmssPublicKey>}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> hash_tree_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
