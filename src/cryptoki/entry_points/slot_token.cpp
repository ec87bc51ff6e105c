// Slot and token management functions (PKCS#11 3.0 section 5.5).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/fetch_all.h"
#include "cryptoki/pin.h"
#include "cryptoki/text_field.h"

namespace holdfast::cryptoki {
namespace {

/// fill_numbers gives the caller a list of wire numbers.
Result<void> fill_numbers(ByteView list, CK_ULONG_PTR out, CK_ULONG_PTR count) {
  std::vector<CK_ULONG> numbers;
  for (ByteReader reader(list); reader.remaining() != 0;) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t number, reader.u32());
    numbers.push_back(number);
  }
  return fill_list(std::span<const CK_ULONG>(numbers), out, count);
}

CK_ULONG widen_count(std::uint32_t count) { return count == 0xFFFFFFFF ? CK_UNAVAILABLE_INFORMATION : count; }

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_GetSlotList(CK_BBOOL /*tokenPresent: every slot has its token*/, CK_SLOT_ID_PTR pSlotList,
                                CK_ULONG_PTR pulCount) {
  return cryptoki_call([&]() -> Result<void> {
    // PKCS#11 3.0 section 5.5.1: the set of slots may change when a program asks with a null list, and only then.
    HF_ASSIGN_OR_RETURN(const Client client, pSlotList == nullptr ? library::reconnected_client() : library::client());
    HF_TRY(require_pointer(pulCount));
    if (!client.connection().is_usable()) return fill_numbers({}, pSlotList, pulCount);
    HF_ASSIGN_OR_RETURN(const Bytes list, fetch_all<wire::SlotList>(client, {.ignored = 0}));
    return fill_numbers(list, pSlotList, pulCount);
  });
}

HF_CRYPTOKI CK_RV C_GetSlotInfo(CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pInfo));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::SlotInfo>({slot}));
    put_bytes(pInfo->slotDescription, reply.description);
    put_bytes(pInfo->manufacturerID, reply.manufacturer);
    pInfo->flags = reply.flags;
    pInfo->hardwareVersion = version_of(reply.hardware_version);
    pInfo->firmwareVersion = version_of(reply.firmware_version);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetTokenInfo(CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pInfo));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::TokenInfo>({slot}));
    put_bytes(pInfo->label, reply.label);
    put_bytes(pInfo->manufacturerID, reply.manufacturer);
    put_bytes(pInfo->model, reply.model);
    put_bytes(pInfo->serialNumber, reply.serial_number);
    pInfo->flags = reply.flags;
    pInfo->ulMaxSessionCount = widen_count(reply.max_session_count);
    pInfo->ulSessionCount = widen_count(reply.session_count);
    pInfo->ulMaxRwSessionCount = widen_count(reply.max_rw_session_count);
    pInfo->ulRwSessionCount = widen_count(reply.rw_session_count);
    pInfo->ulMaxPinLen = reply.max_pin_bytes;
    pInfo->ulMinPinLen = reply.min_pin_bytes;
    pInfo->ulTotalPublicMemory = widen_count(reply.total_public_memory);
    pInfo->ulFreePublicMemory = widen_count(reply.free_public_memory);
    pInfo->ulTotalPrivateMemory = widen_count(reply.total_private_memory);
    pInfo->ulFreePrivateMemory = widen_count(reply.free_private_memory);
    pInfo->hardwareVersion = version_of(reply.hardware_version);
    pInfo->firmwareVersion = version_of(reply.firmware_version);
    put_bytes(pInfo->utcTime, reply.utc_time);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetMechanismList(CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pulCount));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    HF_ASSIGN_OR_RETURN(const Bytes list, fetch_all<wire::MechanismIds>(client, {slot}));
    return fill_numbers(list, pMechanismList, pulCount);
  });
}

HF_CRYPTOKI CK_RV C_GetMechanismInfo(CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pInfo));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    if (type > 0xFFFFFFFF) return fail(Rv::mechanism_invalid, "not a mechanism type");
    const ck::MechanismType mechanism{static_cast<std::uint32_t>(type)};
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::MechanismInfo>({slot, mechanism}));
    // OP-TEE tells of mechanisms that it knows of and does not offer (OP-TEE ABI section 5.2).
    if (reply.flags == 0) return fail(Rv::mechanism_invalid, "a mechanism that can do nothing");
    *pInfo = {reply.min_key_size, reply.max_key_size, reply.flags};
    return {};
  });
}

HF_CRYPTOKI CK_RV C_InitToken(CK_SLOT_ID slotID, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pLabel) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pLabel));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    HF_ASSIGN_OR_RETURN(const ByteView pin, caller_pin(pPin, ulPinLen, Rv::pin_incorrect));
    wire::InitToken::Request request{.slot = slot, .pin = pin, .label = {}};
    std::memcpy(request.label.data(), pLabel, request.label.size());
    HF_TRY(client.send<wire::InitToken>(request));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_InitPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView pin, caller_pin(pPin, ulPinLen, Rv::pin_len_range));
    HF_TRY(client.send<wire::InitPin>({session, pin}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_SetPIN(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pOldPin, CK_ULONG ulOldLen,
                           CK_UTF8CHAR_PTR pNewPin, CK_ULONG ulNewLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView old_pin, caller_pin(pOldPin, ulOldLen, Rv::pin_incorrect));
    HF_ASSIGN_OR_RETURN(const ByteView new_pin, caller_pin(pNewPin, ulNewLen, Rv::pin_len_range));
    HF_TRY(client.send<wire::SetPin>({session, old_pin, new_pin}));
    return {};
  });
}
