#pragma once

#include <pkcs11/pkcs11.h>

#include "cryptoki/client.h"

namespace holdfast::cryptoki::optee {

/// What the module asks OP-TEE about a key before it uses the key. Public attributes only.

/// read_attribute gives a value of at most `most` bytes.
Result<Bytes> read_attribute(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             CK_ATTRIBUTE_TYPE type, std::size_t most);
Result<std::uint32_t> read_number(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                                  CK_ATTRIBUTE_TYPE type);
/// attribute_size gives the length of a value without the value.
Result<std::size_t> attribute_size(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                                   CK_ATTRIBUTE_TYPE type);

/// Longest CKA_EC_PARAMS that OP-TEE knows.
inline constexpr std::size_t kMostEcParams = 512;

}  // namespace holdfast::cryptoki::optee
