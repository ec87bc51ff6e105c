// Object management functions (PKCS#11 3.0 section 5.7).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/client_config.h"
#include "cryptoki/export.h"
#include "cryptoki/flatten.h"
#include "cryptoki/interfaces.h"
#include "cryptoki/raw_point.h"
#include "cryptoki/read_attributes.h"

namespace holdfast::cryptoki {
namespace {

constexpr std::size_t kBatch = 1024;

/// find_some gets at most kBatch handles, as many as fit `out`, and returns how many there were.
Result<std::size_t> find_some(const Client& client, ck::SessionHandle session, std::span<CK_OBJECT_HANDLE> out) {
  std::array<std::byte, kBatch * sizeof(std::uint32_t)> room;
  const std::size_t wanted = std::min(out.size(), kBatch);
  HF_ASSIGN_OR_RETURN(
      const Outcome outcome,
      client.fetch<wire::FindObjects>({session}, MutableByteView(room).first(wanted * sizeof(std::uint32_t))));
  if (outcome.rv != Rv::ok) return fail(outcome.rv, "search failed");
  const std::size_t found = outcome.size / sizeof(std::uint32_t);
  if (found > wanted) return fail(Rv::general_error, "more objects than asked for");
  ByteReader reader(room);
  for (std::size_t i = 0; i < found; ++i) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t handle, reader.u32());
    out[i] = client.handle(ck::ObjectHandle{handle});
  }
  return found;
}

bool wants_raw_points(CK_VERSION version) {
  switch (client_config().points) {
    case PointForm::by_version:
      break;
    case PointForm::der:
      return false;
    case PointForm::raw:
      return true;
  }
  return version.major == 3 && version.minor >= 2;
}

}  // namespace

CK_RV get_attribute_value(CK_SESSION_HANDLE session_handle, CK_OBJECT_HANDLE object_handle, CK_ATTRIBUTE_PTR attributes,
                          CK_ULONG count, CK_VERSION version) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(attributes));
    if (count > kMostAttributes) return fail(Rv::arguments_bad, "more attributes than a template carries");
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle object, client.object(object_handle));
    const auto read = wants_raw_points(version) ? &read_raw_points : &read_attributes;
    return read(client, session, object, std::span(attributes, count));
  });
}

}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_CreateObject(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
                                 CK_OBJECT_HANDLE_PTR phObject) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phObject));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulCount));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::CreateObject>({session, attributes.view()}));
    *phObject = client.handle(reply.object);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_CopyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                               CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phNewObject) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phNewObject));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle object, client.object(hObject));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulCount));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::CopyObject>({session, object, attributes.view()}));
    *phNewObject = client.handle(reply.object);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_DestroyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle object, client.object(hObject));
    HF_TRY(client.send<wire::DestroyObject>({session, object}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetObjectSize(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ULONG_PTR pulSize) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pulSize));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle object, client.object(hObject));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::GetObjectSize>({session, object}));
    *pulSize = reply.bytes;
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                                      CK_ULONG ulCount) {
  return get_attribute_value(hSession, hObject, pTemplate, ulCount, kVersion2_40);
}

HF_CRYPTOKI CK_RV C_SetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
                                      CK_ULONG ulCount) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pTemplate));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle object, client.object(hObject));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulCount));
    HF_TRY(client.send<wire::SetAttributeValue>({session, object, attributes.view()}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_FindObjectsInit(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulCount));
    HF_TRY(client.send<wire::FindObjectsInit>({session, attributes.view()}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_FindObjects(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject, CK_ULONG ulMaxObjectCount,
                                CK_ULONG_PTR pulObjectCount) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phObject));
    HF_TRY(require_pointer(pulObjectCount));
    HF_TRY(caller_bytes(phObject, ulMaxObjectCount));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    // A program may take fewer handles than it asked for as the end of the list: gather until it has all it has room
    // for.
    CK_ULONG total = 0;
    for (;;) {
      HF_ASSIGN_OR_RETURN(const std::size_t found,
                          find_some(client, session, std::span(phObject, ulMaxObjectCount).subspan(total)));
      total += found;
      if (found < kBatch || total == ulMaxObjectCount) break;
    }
    *pulObjectCount = total;
    return {};
  });
}

HF_CRYPTOKI CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(client.send<wire::FindObjectsFinal>({session}));
    return {};
  });
}
