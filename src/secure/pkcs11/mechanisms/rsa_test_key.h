#pragma once

#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {

// Wycheproof (Apache-2.0): the 2048-bit key and vectors over the message "123400" of rsa_signature_2048_sha256,
// rsa_pss_2048_sha256_mgf1_32 and rsa_oaep_2048_sha256_mgf1sha256, version 1, by their tcId.
namespace wycheproof {

inline constexpr std::string_view kModulus =
    "a2b451a07d0aa5f96e455671513550514a8a5b462ebef717094fa1fee82224e637f9746d3f7cafd31878d80325b6ef5a"
    "1700f65903b469429e89d6eac8845097b5ab393189db92512ed8a7711a1253facd20f79c15e8247f3d3e42e46e48c98e"
    "254a2fe9765313a03eff8f17e1a029397a1fa26a8dce26f490ed81299615d9814c22da610428e09c7d9658594266f5c0"
    "21d0fceca08d945a12be82de4d1ece6b4c03145b5d3495d4ed5411eb878daf05fd7afc3e09ada0f1126422f590975a19"
    "69816f48698bcbba1b4d9cae79d460d8f9f85e7975005d9bc22c4e5ac0f7c1a45d12569a62807d3b9a02e5a530e77306"
    "6f453d1f5b4c2e9cf7820283f742b9d5";
inline constexpr std::string_view kPrivateExponent =
    "24cdc62317f5d72a6f6ba6cc9632899b01d1ff28867d72f61688995bc855a4e420a8405250089bdb13cf8e09543827b7"
    "48b9d27fbb2b4d9e20af8c5a6a862796d1a4cc18ad16ea678bc1bd4a83bbbe9c5e57453b5ce7388e41a3ba4ce2b77b44"
    "38a229e954f720dae0353dc088ac8a76b26dc276f8e1b7851ddd6398ad16ff2e78195123b9b036e945c38c9d12434f6d"
    "f76fe22359eb3e1ac9c011678fc926fad3ae475a4fffff55feb2d147e9c894f4c0e29a599e762462482d968bf4278094"
    "5fc0d2c31c573c4431b8f4fe8b8c67bec815abd44f7a86edca1c2308737358d2c2ae5e2e0e2dadf730980262377e58b1"
    "3b7d9992060a0bc870ccfdb4a9319ee1";
inline constexpr std::string_view kPrime1 =
    "dc431050f782e894fb5248247d98cb7d58b8d1e24f3b55d041c56e4de086b0d5bb028bda42eeb5d234d5681e5809d415"
    "e6a289ad4cfbf78f978f6c35814f50eebff1c5b80a69f788e81e6bab5ddaa78369d659d143ec6f17e79813a575cfad9c"
    "569156b90113e2e9110ad9e7b48a1c9348a6e653321191290ea36cfb3a5b18f1";
inline constexpr std::string_view kPrime2 =
    "bd1a81e7977f9898122273ae3222b598ea5fb19eb4eabc38308a5e32196603b2e500ffb79f5b886816611debc472fac4"
    "5544070beb057c941378a6868af3b7a03d3f9880ec47d5e089b94fbde542aba9ae8d72c57088d7abf5b131f39098f7bc"
    "160f90536abc9492fd4e06f3ed7299d4b97bb03677207d95669f140cfbc20f25";
inline constexpr std::string_view kExponent1 =
    "a94b528b28f291599121d91952ffd1c7f21d7c1479d99d478885fb161870ee1218bf08472612dbe5497e8d9c650688e0"
    "9c786961ae3e2c354dc48ae34514759c4c23c4588488961dc06b414e61c0e1e7fbbd2923d31532fe289f96da220711e5"
    "8c14019808e00414276933bb07e4efb9b4a9b37656917205209f33f09515d7c1";
inline constexpr std::string_view kExponent2 =
    "3af0e72a933aef09ff2503df78bafed531c02ff1a2bc437c540cdcbd4ad35435cf511763596543480629b114ca7f780f"
    "f7efa32ea0cb6e000d6d9ea1f2ef71fd9cf9948422a165557e37e755edfe70d90b920502eb478bc98a63f788ce3a0f85"
    "6d6ede7251a383bfa8fa480a81a925af7b3cc538c4bab8c9f7597ffb68011d8d";
inline constexpr std::string_view kCoefficient =
    "2640fbfbcfefb163ee7a87b6483a66ee41f956d90fa8a7939bfc042ee0924b1b7993d0445f758d51933e85179c0320b0"
    "c968b48a91c38b5be923e1097c0c562f88d42294b6a2759bafa5428a74f1270874e45f6fcc60f21602de5eccd143cf31"
    "241f5921b5ad3983fb54ef17be3b285367e50c999c67247b552fe4bfce945f7b";

inline constexpr std::string_view kMessage = "123400";
// tcId 4
inline constexpr std::string_view kPkcsSignature =
    "1758eb94588e6fc4f50c1be1afcaa41027869f304cad513b1fb12c2f446d63cdc05c4830a7e3e630da7b2da4f7867cc1"
    "73bf6420f9732277282596de41ded32e21d0cc31441174da8765f57419c7764ea758f55bc17646eb100c435d1ac0eed6"
    "fc7ba6de5f832094ee2f479979765e05ac9976788db3c241a9e32a0da864f0019a87646ba623d63f4411af5dee1be9ec"
    "488c7e3e1b231479de70b9ac5f78a17b1f4120aece45f26c07e7bb345fdfeb05e14bcaacc614672a465fc523624cb19f"
    "66f9c6c3f642b832ca44cb25176d679f0e05606c3fed022cac24c2bf960a406d48818e3eb7ed53b0446032469047dfed"
    "95fc18088c92d91d93722c47f88163a8";
// tcId 4; the salt has 32 bytes
inline constexpr std::string_view kPssSignature =
    "68caf07e71ee654ffabf07d342fc4059deb4f7e5970746c423b1e8f668d5332275cc35eb61270aebd27855b1e80d59de"
    "f47fe8882867fd33c2308c91976baa0b1df952caa78db4828ab81e79949bf145cbdfd1c4987ed036f81e8442081016f2"
    "0fa4b587574884ca6f6045959ce3501ae7c02b1902ec1d241ef28dee356c0d30d28a950f1fbc683ee7d9aad26b048c13"
    "426fe3975d5638afeb5b9c1a99d162d3a5810e8b074d7a2eae2be52b577151f76e1f734b0a956ef4f22be64dc20a81ad"
    "1316e4f79dff5fc41fc08a20bc612283a88415d41595bfea66d59de7ac12e230f72244ad9905aef0ead3fa41ed70bf42"
    "18863d5f041292f2d14ce0a7271c6d36";
// tcId 4
inline constexpr std::string_view kOaepCiphertext =
    "0da290b0bf71a1141b2adc62b5b42b07fc52520cb05d1f39ccca7b7c22d379a6c2f2d93143d057050140527a1e563824"
    "3938b531ec3de7014b0151301e49b9fa433482a02abdfd94193dc9c70157e557776a69ded01ecbeac405133595c61165"
    "a428b6284729a4746b47d2bbaca9d7432c3b5693591cfee488eb3c68ddb6cde0dd61cfc6952423f994abecee34f56837"
    "32b29934a2c498ad48cdd30c149177189f48eefd9cc7232df18be11ff5f7e3af7319e3115997c599e2d8f7f4f663dcc4"
    "0032d403436d3058a5ea66473660f0e195281ec6eba997d2a951ca6ca5f3c112715c89da1d3dfb20a21940594ed10ade"
    "90ed7452b753757d7241cb8a803c373a";
// tcId 8; the label is eight zero bytes
inline constexpr std::string_view kOaepLabelCiphertext =
    "6583e2f176aa7e7f655d2c53497349c156c8851fb23325589e85fb83bfa857346caba222cdaa3234e71564154298c24d"
    "bb85e18822a1d5e7faa47863a64d76874a3cbc70f4d9f137426a344c473fac1dd7008a9973765e9f66c5b492535a647c"
    "273c4f78ceb5aa7ba963a2142f2ce4a81f804c002b9b2eabb3c75e80a3c6ceafe5384a544c672a5d28d32bb87115f43e"
    "b79775fd9b3f4a2f6e6a89368bdd95ef1d014877b60afdb1234acd57653a65459f01b2fbe381f22a739504b4897a7e6c"
    "33b6349b276db6083abad9c169405859b800c812237634b503de6ada43013c1d86697a135be78a9784576d796d62aa78"
    "19e2ea0e2d902ffdd9cfdd1ae66212ee";
// tcId 12, invalid: a byte of the label's hash altered
inline constexpr std::string_view kOaepBadCiphertext =
    "287d7108a1c6e7a18acb0045b20c57cdf2ac03456b44942764a7a9e9fdf3db481d7e202e4c8d733b56b9c1e93d71e791"
    "af8325c9363df789b252a5ed0eddc79e76fa41c2cb0a35618398217a390a5e6d99eed905d5554d19c1cf4e30bdf1c2fc"
    "c5148b641d71b3f1977b63d232648ddd935ec9499a53ac2fbcac55f462e91065adaa018a39c453ba759bd68b45407415"
    "3421e2ce75cf149f748b5b84758df8a423d1c50c880af863f2a6df3cd465ca36aa2152b5771f3d507f4a4dd9f8006d80"
    "eca23537092287976f218a90df1e16d889fe31e79f7309f3224f613e9b52479fe73b7aad915319a3b62a5936649f7d01"
    "5d7b09f7fa9f454f78a7c3dd4bf791e0";

}  // namespace wycheproof

inline TestKey rsa_public_key() {
  TestKey key(CKO_PUBLIC_KEY, CKK_RSA, {CKA_VERIFY, CKA_ENCRYPT, CKA_WRAP});
  key.with(CKA_MODULUS, hex(wycheproof::kModulus)).with(CKA_PUBLIC_EXPONENT, hex("010001"));
  return key;
}

inline TestKey rsa_private_key() {
  TestKey key(CKO_PRIVATE_KEY, CKK_RSA, {CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP});
  key.with(CKA_MODULUS, hex(wycheproof::kModulus))
      .with(CKA_PUBLIC_EXPONENT, hex("010001"))
      .with_secret(CKA_PRIVATE_EXPONENT, hex(wycheproof::kPrivateExponent))
      .with_secret(CKA_PRIME_1, hex(wycheproof::kPrime1))
      .with_secret(CKA_PRIME_2, hex(wycheproof::kPrime2))
      .with_secret(CKA_EXPONENT_1, hex(wycheproof::kExponent1))
      .with_secret(CKA_EXPONENT_2, hex(wycheproof::kExponent2))
      .with_secret(CKA_COEFFICIENT, hex(wycheproof::kCoefficient));
  return key;
}

inline Bytes oaep_param(CK_ULONG hash, CK_ULONG mgf, CK_ULONG source, ByteView label) {
  return std::move(ByteWriter()
                       .u32(static_cast<std::uint32_t>(hash))
                       .u32(static_cast<std::uint32_t>(mgf))
                       .u32(static_cast<std::uint32_t>(source))
                       .sized(label))
      .take();
}

}  // namespace holdfast::secure::pkcs11
