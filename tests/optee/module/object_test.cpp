// Objects, templates and searches (OP-TEE ABI sections 4.3, 4.5, 5.5, 8.6 and 10).
#include "optee_test.h"

namespace holdfast::optee {
namespace {

class Objects : public TokenTest {
 protected:
  CK_RV create_data(std::vector<CK_ATTRIBUTE> more, CK_OBJECT_HANDLE& object) {
    CK_OBJECT_CLASS object_class = CKO_DATA;
    more.push_back(attribute(CKA_CLASS, object_class));
    more.push_back(attribute(CKA_VALUE, value));
    more.push_back(attribute(CKA_LABEL, label));
    return create(more, object);
  }
  Octets value{1, 2, 3, 4, 5};
  Octets label{'n', 'o', 't', 'e'};
  CK_DATE date{{'2', '0', '3', '0'}, {'0', '1'}, {'0', '2'}};
};

TEST_F(Objects, DatesStayAwayAndAChangeOfOneIsRefused) {
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  Octets key(16, 9);
  CK_OBJECT_HANDLE object = 0;
  ASSERT_EQ(create({attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type), attribute(CKA_VALUE, key),
                    attribute(CKA_START_DATE, date), CK_ATTRIBUTE{CKA_END_DATE, nullptr, 0}},
                   object),
            CKR_OK);
  EXPECT_EQ(read(object, CKA_START_DATE), Octets{});
  CK_ATTRIBUTE change = attribute(CKA_START_DATE, date);
  EXPECT_EQ(p11().C_SetAttributeValue(session, object, &change, 1), CKR_ATTRIBUTE_VALUE_INVALID);
  change = {CKA_START_DATE, nullptr, 0};
  EXPECT_EQ(p11().C_SetAttributeValue(session, object, &change, 1), CKR_OK) << "it has none";
  EXPECT_EQ(count({attribute(CKA_START_DATE, date)}), 0u);
}

TEST_F(Objects, AttributesThatOpteeDoesNotHaveAreRefusedOrFindNothing) {
  CK_OBJECT_HANDLE object = 0;
  Octets unknown{1};
  EXPECT_EQ(create_data({attribute(CKA_VENDOR_DEFINED | 0x4711, unknown)}, object), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(create_data({attribute(CKA_UNIQUE_ID, unknown)}, object), CKR_ATTRIBUTE_TYPE_INVALID);
  ASSERT_EQ(create_data({CK_ATTRIBUTE{CKA_VENDOR_DEFINED | 0x4711, nullptr, 0}}, object), CKR_OK) << "no value";
  CK_ATTRIBUTE change = attribute(CKA_VENDOR_DEFINED | 0x4711, unknown);
  EXPECT_EQ(p11().C_SetAttributeValue(session, object, &change, 1), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(count({}), 1u);
  EXPECT_EQ(count({attribute(CKA_LABEL, label)}), 1u);
  EXPECT_EQ(count({attribute(CKA_LABEL, label), attribute(CKA_UNIQUE_ID, unknown)}), 0u);
  for (CK_OBJECT_CLASS other : {CKO_HW_FEATURE, CKO_MECHANISM, CKO_PROFILE}) {
    EXPECT_EQ(count({attribute(CKA_CLASS, other)}), 0u) << other;
  }
  CK_MECHANISM_TYPE mechanism = CKM_AES_KEY_GEN;
  CK_ATTRIBUTE search = attribute(CKA_KEY_GEN_MECHANISM, mechanism);
  EXPECT_EQ(p11().C_FindObjectsInit(session, &search, 1), CKR_ATTRIBUTE_TYPE_INVALID);
}

TEST_F(Objects, AttributesAreReadAtTheirPlacesWhateverBecameOfTheOthers) {
  CK_OBJECT_HANDLE object = 0;
  ASSERT_EQ(create_data({}, object), CKR_OK);
  Octets small(2);
  Octets large(20, 0xEE);
  CK_OBJECT_CLASS object_class = 0;
  CK_ATTRIBUTE wanted[] = {{CKA_LABEL, small.data(), small.size()},
                           {CKA_VENDOR_DEFINED | 0x4711, large.data(), 3},
                           {CKA_VALUE, large.data(), large.size()},
                           {CKA_CLASS, &object_class, sizeof object_class},
                           {CKA_APPLICATION, nullptr, 0}};
  EXPECT_EQ(p11().C_GetAttributeValue(session, object, wanted, 5), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(wanted[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(wanted[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(wanted[2].ulValueLen, 5u);
  large.resize(5);
  EXPECT_EQ(large, value);
  EXPECT_EQ(object_class, CK_OBJECT_CLASS{CKO_DATA});
  EXPECT_EQ(wanted[4].ulValueLen, 0u);
}

TEST_F(Objects, PublicKeysOfUnknownCurvesAreRefused) {
  CK_OBJECT_CLASS object_class = CKO_PUBLIC_KEY;
  CK_KEY_TYPE type = CKK_EC;
  Octets point(67, 4);
  CK_OBJECT_HANDLE object = 0;
  for (Octets curve : {Octets{0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A}, Octets{0x05, 0x00}, Octets{}}) {
    EXPECT_EQ(create({attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type), attribute(CKA_EC_PARAMS, curve),
                      attribute(CKA_EC_POINT, point), attribute(CKA_VERIFY, yes)},
                     object),
              CKR_CURVE_NOT_SUPPORTED);
  }
}

TEST_F(Objects, MoreThanOpteesHeapHoldsIsDeviceMemory) {
  value = Octets(40 * 1024, 1);
  CK_OBJECT_HANDLE object = 0;
  EXPECT_EQ(create_data({}, object), CKR_DEVICE_MEMORY);
}

TEST_F(Objects, CopiesAndChangesWork) {
  CK_OBJECT_HANDLE object = 0;
  ASSERT_EQ(create_data({}, object), CKR_OK);
  Octets renamed{'x'};
  CK_ATTRIBUTE change[] = {attribute(CKA_LABEL, renamed), attribute(CKA_END_DATE, date)};
  CK_OBJECT_HANDLE copy = 0;
  ASSERT_EQ(p11().C_CopyObject(session, object, change, 1, &copy), CKR_OK);
  EXPECT_EQ(read(copy, CKA_LABEL), renamed);
  ASSERT_EQ(p11().C_SetAttributeValue(session, object, change, 1), CKR_OK);
  EXPECT_EQ(count({attribute(CKA_LABEL, renamed)}), 2u);
}

}  // namespace
}  // namespace holdfast::optee
