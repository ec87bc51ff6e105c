// Objects and templates: PKCS#11 3.0 sections 4.1 (creating, modifying, copying), 4.5 (data), 4.6 (certificates)
// and 5.7.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class Objects : public TokenTest {
 protected:
  static Attributes data(std::string_view label = "a data object") {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_DATA).text(CKA_LABEL, label).text(CKA_VALUE, "some value");
    return attributes;
  }
  static Attributes with(Attributes base, CK_ATTRIBUTE_TYPE type, bool value) {
    base.flag(type, value);
    return base;
  }
  static Attributes only(CK_ATTRIBUTE_TYPE type, bool value) { return with(Attributes(), type, value); }
  static Attributes label(std::string_view text) {
    Attributes attributes;
    attributes.text(CKA_LABEL, text);
    return attributes;
  }
  static Attributes generic_key() {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .bytes(CKA_VALUE, hex("00112233445566778899aabbccddeeff"));
    return attributes;
  }
};

TEST_F(Objects, DataObjectHasWhatWasGivenAndTheDefaults) {
  const CK_OBJECT_HANDLE object = create(data());
  EXPECT_EQ(get_number(object, CKA_CLASS), CKO_DATA);
  EXPECT_EQ(get(object, CKA_LABEL), text("a data object"));
  EXPECT_EQ(get(object, CKA_VALUE), text("some value"));
  EXPECT_EQ(get(object, CKA_APPLICATION), Bytes{});
  EXPECT_EQ(get(object, CKA_OBJECT_ID), Bytes{});
  EXPECT_FALSE(get_flag(object, CKA_TOKEN));
  EXPECT_FALSE(get_flag(object, CKA_PRIVATE));
  EXPECT_TRUE(get_flag(object, CKA_MODIFIABLE));
  EXPECT_TRUE(get_flag(object, CKA_COPYABLE));
  EXPECT_TRUE(get_flag(object, CKA_DESTROYABLE));
  CK_ULONG size = 0;
  EXPECT_RV(module().C_GetObjectSize(session_, object, &size), CKR_OK);
  EXPECT_GT(size, 10u);
}

TEST_F(Objects, UniqueIdIsMadeByTheTokenAndDiffers) {
  const CK_OBJECT_HANDLE first = create(data());
  const CK_OBJECT_HANDLE second = create(data());
  const Bytes id = get(first, CKA_UNIQUE_ID);
  EXPECT_FALSE(id.empty());
  EXPECT_NE(id, get(second, CKA_UNIQUE_ID));
  Attributes given = data();
  given.text(CKA_UNIQUE_ID, "mine");
  EXPECT_NE(try_create(std::move(given)), CKR_OK);
}

TEST_F(Objects, CertificateNeedsTypeAndSubject) {
  const auto certificate = [] {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_CERTIFICATE).text(CKA_VALUE, "der").text(CKA_LABEL, "cert");
    return attributes;
  };
  EXPECT_RV(try_create(certificate()), CKR_TEMPLATE_INCOMPLETE);
  Attributes typed = certificate();
  typed.number(CKA_CERTIFICATE_TYPE, CKC_X_509);
  EXPECT_RV(try_create(std::move(typed)), CKR_TEMPLATE_INCOMPLETE);
  Attributes whole = certificate();
  whole.number(CKA_CERTIFICATE_TYPE, CKC_X_509)
      .text(CKA_SUBJECT, "subject")
      .text(CKA_ID, "01")
      .text(CKA_START_DATE, "20260102");
  const CK_OBJECT_HANDLE object = create(std::move(whole));
  EXPECT_EQ(get(object, CKA_VALUE), text("der"));
  EXPECT_EQ(get(object, CKA_START_DATE), text("20260102"));
  EXPECT_EQ(get(object, CKA_END_DATE), Bytes{});
  EXPECT_FALSE(get_flag(object, CKA_TRUSTED));
  EXPECT_EQ(get_number(object, CKA_CERTIFICATE_CATEGORY), 0u);
  EXPECT_RV(try_set(object, only(CKA_TRUSTED, true)), CKR_ATTRIBUTE_READ_ONLY) << "only the security officer trusts";
  EXPECT_RV(try_set(object, label("renamed")), CKR_OK);
  Attributes wrong_date = certificate();
  wrong_date.number(CKA_CERTIFICATE_TYPE, CKC_X_509).text(CKA_SUBJECT, "s").text(CKA_START_DATE, "2026");
  EXPECT_RV(try_create(std::move(wrong_date)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes foreign = certificate();
  foreign.number(CKA_CERTIFICATE_TYPE, CKC_VENDOR_DEFINED).text(CKA_SUBJECT, "s");
  EXPECT_RV(try_create(std::move(foreign)), CKR_ATTRIBUTE_VALUE_INVALID);
}

TEST_F(Objects, TemplatesThatMissSomethingAreIncomplete) {
  EXPECT_RV(try_create(Attributes()), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_create(label("no class")), CKR_TEMPLATE_INCOMPLETE);
  Attributes no_type;
  no_type.number(CKA_CLASS, CKO_SECRET_KEY).text(CKA_VALUE, "0123456789abcdef");
  EXPECT_RV(try_create(std::move(no_type)), CKR_TEMPLATE_INCOMPLETE);
  Attributes no_value;
  no_value.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES);
  EXPECT_RV(try_create(std::move(no_value)), CKR_TEMPLATE_INCOMPLETE);
}

TEST_F(Objects, TemplatesThatContradictThemselvesAreInconsistent) {
  EXPECT_RV(try_create(with(with(data(), CKA_TOKEN, true), CKA_TOKEN, false)), CKR_TEMPLATE_INCONSISTENT);
  Attributes two_classes = data();
  two_classes.number(CKA_CLASS, CKO_CERTIFICATE);
  EXPECT_RV(try_create(std::move(two_classes)), CKR_TEMPLATE_INCONSISTENT);
  Attributes two_labels = data();
  two_labels.text(CKA_LABEL, "another");
  EXPECT_RV(try_create(std::move(two_labels)), CKR_TEMPLATE_INCONSISTENT);
  Attributes foreign = data();
  foreign.flag(CKA_SIGN, true);
  EXPECT_RV(try_create(std::move(foreign)), CKR_TEMPLATE_INCONSISTENT) << "data does not sign";
  EXPECT_TRUE(find(label("a data object")).empty());
}

TEST_F(Objects, AttributesThatNobodyMaySetAreRefused) {
  for (const CK_ATTRIBUTE_TYPE type : {CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE}) {
    EXPECT_NE(try_create(with(generic_key(), type, true)), CKR_OK) << std::hex << type;
    EXPECT_NE(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(only(type, true).number(CKA_VALUE_LEN, 16))), CKR_OK)
        << std::hex << type;
  }
  Attributes generator = generic_key();
  generator.number(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN);
  EXPECT_NE(try_create(std::move(generator)), CKR_OK);
}

TEST_F(Objects, ValuesOfTheWrongShapeAreInvalid) {
  Attributes long_flag = data();
  long_flag.number(CKA_TOKEN, 1);
  EXPECT_RV(try_create(std::move(long_flag)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes odd_flag = data();
  odd_flag.text(CKA_PRIVATE, "\x05");
  EXPECT_RV(try_create(std::move(odd_flag)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes short_class;
  short_class.text(CKA_CLASS, "abcd");
  EXPECT_RV(try_create(std::move(short_class)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes unknown_class;
  unknown_class.number(CKA_CLASS, 0x77).text(CKA_LABEL, "x");
  EXPECT_NE(try_create(std::move(unknown_class)), CKR_OK);
  Attributes unknown_attribute = data();
  unknown_attribute.number(0x7654, 1);
  EXPECT_RV(try_create(std::move(unknown_attribute)), CKR_ATTRIBUTE_TYPE_INVALID);
}

TEST_F(Objects, SessionObjectsDieWithTheirSession) {
  CK_SESSION_HANDLE other = open();
  const CK_OBJECT_HANDLE object = create(data("short-lived"));
  EXPECT_EQ(find(label("short-lived")).size(), 1u);
  std::swap(session_, other);
  EXPECT_EQ(find(label("short-lived")), std::vector{object}) << "seen from every session of the program";
  EXPECT_RV(module().C_CloseSession(other), CKR_OK);
  EXPECT_TRUE(find(label("short-lived")).empty());
  EXPECT_RV(try_get(object, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
}

TEST_F(Objects, TokenObjectsOutliveSessionsAndTheDaemon) {
  create(with(data("long-lived"), CKA_TOKEN, true));
  EXPECT_RV(module().C_CloseAllSessions(kSlot), CKR_OK);
  session_ = open();
  const auto found = find(label("long-lived"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(get(found[0], CKA_VALUE), text("some value"));
  EXPECT_RV(module().C_DestroyObject(session_, found[0]), CKR_OK);
  EXPECT_RV(module().C_DestroyObject(session_, found[0]), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_TRUE(find(label("long-lived")).empty());
}

TEST_F(Objects, StoredObjectsSurviveARestart) {
  OwnDaemon own;
  init_token(kSlot);
  session_ = open();
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  create(with(with(data("kept"), CKA_TOKEN, true), CKA_PRIVATE, true));
  own.restart();
  session_ = open();
  EXPECT_TRUE(find(label("kept")).empty()) << "private, and nobody is logged in";
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  const auto found = find(label("kept"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(get(found[0], CKA_VALUE), text("some value"));
}

TEST_F(Objects, PrivateObjectsNeedTheUser) {
  const CK_OBJECT_HANDLE object = create(with(with(data("hidden"), CKA_PRIVATE, true), CKA_TOKEN, true));
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  EXPECT_TRUE(find(label("hidden")).empty());
  EXPECT_RV(try_get(object, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_RV(module().C_DestroyObject(session_, object), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_RV(try_create(with(data(), CKA_PRIVATE, true)), CKR_USER_NOT_LOGGED_IN);
  EXPECT_RV(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(only(CKA_PRIVATE, true).number(CKA_VALUE_LEN, 16))),
            CKR_USER_NOT_LOGGED_IN);
  ASSERT_RV(login(session_, CKU_SO, kSoPin), CKR_OK);
  EXPECT_TRUE(find(label("hidden")).empty()) << "nor does the security officer see it";
  EXPECT_RV(try_create(with(data(), CKA_PRIVATE, true)), CKR_USER_NOT_LOGGED_IN);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  EXPECT_EQ(find(label("hidden")).size(), 1u);
}

TEST_F(Objects, LogoutEndsPrivateSessionObjects) {
  const CK_OBJECT_HANDLE object = create(with(data("gone"), CKA_PRIVATE, true));
  const CK_OBJECT_HANDLE open_object = create(data("stays"));
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(try_get(object, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_RV(try_get(open_object, CKA_LABEL), CKR_OK);
}

TEST_F(Objects, ReadOnlySessionsChangeNoTokenObject) {
  const CK_OBJECT_HANDLE object = create(with(data("fixed"), CKA_TOKEN, true));
  session_ = open(0);
  EXPECT_RV(try_create(with(data(), CKA_TOKEN, true)), CKR_SESSION_READ_ONLY);
  EXPECT_RV(module().C_DestroyObject(session_, object), CKR_SESSION_READ_ONLY);
  EXPECT_RV(try_set(object, label("x")), CKR_SESSION_READ_ONLY);
  EXPECT_RV(try_copy(object, only(CKA_TOKEN, true)), CKR_SESSION_READ_ONLY);
  EXPECT_RV(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(only(CKA_TOKEN, true).number(CKA_VALUE_LEN, 16))),
            CKR_SESSION_READ_ONLY);
  const CK_OBJECT_HANDLE session_object = create(data("free"));
  EXPECT_RV(try_set(session_object, label("renamed")), CKR_OK);
  EXPECT_RV(module().C_DestroyObject(session_, session_object), CKR_OK);
}

TEST_F(Objects, ModifiableCopyableAndDestroyableAreObeyed) {
  const CK_OBJECT_HANDLE fixed = create(with(data(), CKA_MODIFIABLE, false));
  EXPECT_RV(try_set(fixed, label("x")), CKR_ACTION_PROHIBITED);
  const CK_OBJECT_HANDLE single = create(with(data(), CKA_COPYABLE, false));
  EXPECT_RV(try_copy(single, Attributes()), CKR_ACTION_PROHIBITED);
  EXPECT_RV(try_set(single, only(CKA_COPYABLE, true)), CKR_ATTRIBUTE_READ_ONLY) << "false is for ever";
  const CK_OBJECT_HANDLE kept = create(with(data(), CKA_DESTROYABLE, false));
  EXPECT_RV(module().C_DestroyObject(session_, kept), CKR_ACTION_PROHIBITED);
  const CK_OBJECT_HANDLE loose = create(data());
  EXPECT_RV(try_set(loose, only(CKA_COPYABLE, false)), CKR_OK);
  EXPECT_RV(try_copy(loose, Attributes()), CKR_ACTION_PROHIBITED);
}

TEST_F(Objects, SetChangesAllOrNothing) {
  const CK_OBJECT_HANDLE object = create(data());
  Attributes mixed;
  mixed.text(CKA_LABEL, "half").number(CKA_CLASS, CKO_CERTIFICATE);
  EXPECT_RV(try_set(object, std::move(mixed)), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_EQ(get(object, CKA_LABEL), text("a data object"));
  Attributes absent;
  absent.text(CKA_LABEL, "half").text(CKA_ID, "1");
  EXPECT_RV(try_set(object, std::move(absent)), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(get(object, CKA_LABEL), text("a data object"));
  EXPECT_RV(try_set(object, label("whole")), CKR_OK);
  EXPECT_EQ(get(object, CKA_LABEL), text("whole"));
  for (const CK_ATTRIBUTE_TYPE type : {CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE})
    EXPECT_RV(try_set(object, only(type, true)), CKR_ATTRIBUTE_READ_ONLY) << std::hex << type;
}

TEST_F(Objects, CopyTakesOverAndChanges) {
  const CK_OBJECT_HANDLE object = create(data());
  const CK_OBJECT_HANDLE same = copy(object, Attributes());
  EXPECT_NE(same, object);
  EXPECT_EQ(get(same, CKA_VALUE), text("some value"));
  EXPECT_NE(get(same, CKA_UNIQUE_ID), get(object, CKA_UNIQUE_ID));
  const CK_OBJECT_HANDLE stored = copy(object, with(label("stored"), CKA_TOKEN, true));
  EXPECT_TRUE(get_flag(stored, CKA_TOKEN));
  EXPECT_EQ(get(stored, CKA_LABEL), text("stored"));
  EXPECT_EQ(get(object, CKA_LABEL), text("a data object"));
  const CK_OBJECT_HANDLE hidden = copy(object, only(CKA_PRIVATE, true));
  EXPECT_RV(try_copy(hidden, only(CKA_PRIVATE, false)), CKR_TEMPLATE_INCONSISTENT) << "private once, private ever";
  Attributes other_class;
  other_class.number(CKA_CLASS, CKO_CERTIFICATE);
  EXPECT_NE(try_copy(object, std::move(other_class)), CKR_OK);
}

TEST_F(Objects, FindMatchesEveryAttributeGiven) {
  for (int i = 0; i < 30; ++i) create(with(data(i % 2 == 0 ? "even" : "odd"), CKA_TOKEN, i % 3 == 0));
  EXPECT_EQ(find(label("even")).size(), 15u);
  EXPECT_EQ(find(with(label("even"), CKA_TOKEN, true)).size(), 5u);
  Attributes stored = only(CKA_TOKEN, true);
  stored.number(CKA_CLASS, CKO_DATA);
  EXPECT_EQ(find(std::move(stored)).size(), 10u);
  EXPECT_TRUE(find(label("neither")).empty());
  EXPECT_TRUE(find(label("eve")).empty());
  Attributes classes;
  classes.number(CKA_CLASS, CKO_DATA);
  EXPECT_EQ(find(std::move(classes)).size(), 30u);
  EXPECT_GE(find(Attributes()).size(), 30u);
  Attributes unknown;
  unknown.number(0x7654, 1);
  EXPECT_TRUE(find(std::move(unknown)).empty());
}

TEST_F(Objects, FindGoesInSteps) {
  for (int i = 0; i < 5; ++i) create(data("step"));
  Attributes wanted = label("step");
  ASSERT_RV(module().C_FindObjectsInit(session_, wanted.data(), wanted.count()), CKR_OK);
  EXPECT_RV(module().C_FindObjectsInit(session_, wanted.data(), wanted.count()), CKR_OPERATION_ACTIVE);
  CK_OBJECT_HANDLE found[3];
  CK_ULONG count = 0;
  ASSERT_RV(module().C_FindObjects(session_, found, 3, &count), CKR_OK);
  EXPECT_EQ(count, 3u);
  ASSERT_RV(module().C_FindObjects(session_, found, 3, &count), CKR_OK);
  EXPECT_EQ(count, 2u);
  ASSERT_RV(module().C_FindObjects(session_, found, 3, &count), CKR_OK);
  EXPECT_EQ(count, 0u);
  EXPECT_RV(module().C_FindObjectsFinal(session_), CKR_OK);
  EXPECT_RV(module().C_FindObjectsFinal(session_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(module().C_FindObjects(session_, found, 3, &count), CKR_OPERATION_NOT_INITIALIZED);
}

// Issue of other stores: a search by the value of a sensitive key tells whether a guess was right.
TEST_F(Objects, FindDoesNotConfirmGuessedSecrets) {
  create(with(generic_key(), CKA_SENSITIVE, true));
  Attributes guess;
  guess.bytes(CKA_VALUE, hex("00112233445566778899aabbccddeeff"));
  EXPECT_TRUE(find(std::move(guess)).empty());
}

TEST_F(Objects, ObjectsOfOneTokenAreNotFoundOnAnother) {
  init_token(1);
  create(with(data("here"), CKA_TOKEN, true));
  session_ = open(CKF_RW_SESSION, 1);
  EXPECT_TRUE(find(label("here")).empty());
}

TEST_F(Objects, GetAttributeValueFollowsTheRulesForMixedTemplates) {
  const CK_OBJECT_HANDLE key = create(with(generic_key(), CKA_SENSITIVE, true));
  CK_BYTE value[64];
  CK_BYTE label_room[4];
  CK_OBJECT_CLASS object_class = 0;
  CK_ATTRIBUTE attributes[] = {{CKA_VALUE, value, sizeof value},
                               {CKA_CLASS, &object_class, sizeof object_class},
                               {CKA_MODULUS, value, sizeof value},
                               {CKA_ID, label_room, sizeof label_room}};
  const CK_RV rv = module().C_GetAttributeValue(session_, key, attributes, 4);
  EXPECT_TRUE(rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID) << rv;
  EXPECT_EQ(attributes[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(attributes[1].ulValueLen, sizeof object_class);
  EXPECT_EQ(object_class, CKO_SECRET_KEY);
  EXPECT_EQ(attributes[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(attributes[3].ulValueLen, 0u);
  const CK_OBJECT_HANDLE object = create(data("longer than four"));
  CK_ATTRIBUTE short_one{CKA_LABEL, label_room, sizeof label_room};
  EXPECT_RV(module().C_GetAttributeValue(session_, object, &short_one, 1), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(short_one.ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

}  // namespace
}  // namespace holdfast::conformance
