#pragma once

// Known answers, from Botan 3.7.1, src/tests/data/pubkey (Simplified BSD licence): ml-dsa-*_Deterministic.vec and slh_dsa.vec, made
// with py-acvp-pqc, and ml_kem_acvp_keygen.vec and ml_kem.vec, of NIST's ACVP server and the FIPS 203 KATs. Long values stand
// there, and here, as their hash.

#include <cstdint>
#include <string_view>

namespace holdfast::secure::crypto {

inline constexpr std::string_view kPqMessage = "d81c4d8d734fcbfbeade3d3f8a039faa2a2c9957e835ad55b22e75bf57bb556ac8";

/// SHA3-256 of the public key and of the deterministic signature of kPqMessage.
struct MlDsaVector {
  std::uint32_t number;
  std::string_view seed;
  std::string_view public_hash;
  std::string_view signature_hash;
};
inline constexpr MlDsaVector kMlDsaVectors[] = {
    {1,
     "f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68",
     "23ffca1815890e764d3e95d9586b4b36b78fa726aa720a6facc9485ce5c22ce1",
     "af9d83b50b0dc0f5e7877549ff6ae7f05a8b9a8f28ed399ec33bffeaf06a217b"},
    {2,
     "e41e3b561c21d47cca5ff4c669f9442c749803f8713f61698da9e46a497086c6",
     "3876880afb622fdcb35d26f346a402558d3f32c75589631caee6f38076436c37",
     "a3f587deeca58cf46b58d719978e5a6c08308671884a4d201238162323f0f578"},
    {3,
     "403fd54e38ae14fc120ae8429952776fc035de9c6688d647adb0eaec93b61d5a",
     "3222957fe6b0a3293edac4931675ff42a4b67957203cf249689c87416c83c89f",
     "d1c995a43d47681c0459a1126acc80a0d8fc3a65dbde92ab397b4500f08dea11"},
};

/// The first 16 bytes of SHAKE256 of the encapsulation key.
struct MlKemVector {
  std::uint32_t number;
  std::string_view seed;
  std::string_view public_hash;
};
inline constexpr MlKemVector kMlKemVectors[] = {
    {1,
     "2cb843a02ef02ee109305f39119fabf49ab90a57ffecb3a0e75e179450f5276184cc9121ae56fbf39e67adbd83ad2d3e"
     "3bb80843645206bdd9f2f629e3cc49b7",
     "f0e6fa0a8d42ea426134fc8762535b8e"},
    {2,
     "e34a701c4c87582f42264ee422d3c684d97611f2523efe0c998af05056d693dca85768f3486bd32a01bf9a8f21ea938e"
     "648eae4e5448c34c3eb88820b159eedd",
     "4d7f7325503c06f0cbfac8cd8744894f"},
    {3,
     "49ac8b99bb1e6a8ea818261f8be68bdeaa52897e7ec6c40b530bc760ab77dce399e3246884181f8e1dd44e0c76290933"
     "30221fd67d9b7d6e1510b2dbad8762f7",
     "55391a7d8b659c30914bc10e429a01d9"},
};

/// A ciphertext that is nobody's, and the secret that ML-KEM-512 makes of it (implicit rejection).
inline constexpr std::string_view kRejectedSeed =
    "6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a56d0759c44"
    "8f3779752f0383d37449690694cf7a68";
inline constexpr std::string_view kRejectedCiphertext =
    "96ac6243c9b1272be77b975a4048bf00ff2c48f94a3483362449273880d45e54bda15729682bf591a74382a708beb781"
    "18cab29ad74ac2f405ba720076dfb57188dc168487cd20081f6bf412f257dea03406b23a6a752e478ba4ef9c7c0f4810"
    "921fa32545be64dc5d9f18d4e1320efc6508154cda35ab912d059e0291a1150ae0a10da5e3d7bd221a851c598df4d0b1"
    "8daa920976556099d1c0de4e222d5304d44fa9cb9bd4ffe15769dd6c4793fa809f5264cf0febca4b5975ba287639783a"
    "a1f4b645ff7a00d46ee7b19fec17b3e83bcaf4361d5349e30ceab60c386b6b0d1b90d8b336ee6a627ad2a38670cb5113"
    "b0fb4ac2ddc4250097483fefd182670ea40f0f45cce90b9ed58dafaef657d64e25fd6692a69721994e7d00b4949205eb"
    "e4c4f9c46ee5a1018b220a26d80ae2d2b486372e974d75b20a005b1616ad1e13d162915cc24f274670d1e5e8bd345874"
    "a7e7c9759c8e43ff33689200739a613395f7ae78d73c6a7b90f65ab511f0df3c5dca85d0b9430b4e97098715ff823b61"
    "7321799aea0ab9c72234780339ec7b541d5e6f8c1551146c24a65411811b23674c26123356cf233351382c3994cba5dc"
    "6c25a07e1ba9af33eca18bba3e97935e3abdf07e9fa32cecf241e7cafc6592db4ee487ff2b98a4a47805dee17fd93448"
    "dc98457b753ed4995ee6b1bfa9ff1d386c91f396ca8f48cab5b09a782ec3b616a87a6448a96236c4655413af755323d3"
    "6a8db2e16509454489e6ec83629130cd2a54817918af362c83183494b4b590dbaf69cf399d3e2dc3e9c0c1224f148e65"
    "ef68287341ab72ad58adfc69b28e27e91ebbf830fac53b94f762f01cc9b1561ae35f16edabf51ff164c1309d1fdb52cd"
    "2bfedb5a492eb65cb9fc86b8f05ed26d13233fb0a3eb33a9dce2cf98e6516cee42fbe1e97e20ab6c9965f58a377dc73e"
    "530667ab8f45e6a70b23db50f0df411732d8acdabe50c51adb886c0e5a5296d4aa1b13a336f0c17812f79fc69418a7d8"
    "901c568f410eff2af74baaeb8336f46ca17e14e060ce2d45cdb376286eec8b8befa5ab8025802720a1e7393af579db13";
inline constexpr std::string_view kRejectedSecret = "6e5c522a6d19b86c61bd983b56a0bef351c5ce716f021b49bdecd7bdfd5ed55a";

/// The deterministic signature of kPqMessage by the sets that sign fast, as its hash with SHA-256 or, of the SHAKE sets, SHA3-256.
struct SlhDsaVector {
  std::uint32_t number;
  std::string_view private_key;
  std::string_view signature_hash;
};
inline constexpr SlhDsaVector kSlhDsaVectors[] = {
    {3,
     "1eaae6bb91b27cd748c402c4111140d5a942cf3c95ff7977f88d2ef515bb26d067b4319d2f67bae52055dcd010a25a16"
     "220b1ddabbed69f503b5f07cbba7f134",
     "a19e2a5ae585ec140dc8c6910847c1e67ea2a96e6707e96f3f5646c23393ed1e"},
    {4,
     "b585d4eb01085111a172a87688d0032e3381a9e9a35fdd6ef2f8aeb3b40eb5cea27e9866875fd15dfb375e035774304b"
     "8c608a901a6194334b70b7c8d4e2bf82",
     "0c63b2fe04da937129a6649b87ab6e3bcdcb3c587d1b25567b13624d75bb4449"},
    {7,
     "f7ecfc9143ee45e44f5e98fd9ca1455340ec5db4fb098534365ebbfbcc57d34dde0999aa0c3992d155b9d6be993cb9d7"
     "f04ca9d2e28afca52ea1c8178445cad8c8f4efc9d99f4753b1170ff7df5359a4277f8ef072a833ee58c420a436928774",
     "1b8cb853e473ae803e5cb46b4a1002da48bd35ea7ceb40a3e81f5887f5934941"},
    {8,
     "daa360ecbb51bcb33f5d36f92fffe77c2de7ed43d281dcb5fd68cfa0ce19df2eb36398ffaef28a6ac96ae6cec608b054"
     "5dab087c2e696072c3a207a25c42fbc1aa96fb8ec2a5af71caf5215b739f48ee14fbbe4b0ce50dbf8104998ca133e19c",
     "bf373807c8981ec8bd76c0758ba7db9f8fb77bc7e1d23d5fd00699cf3912d9bc"},
    {11,
     "edb1483bd9db934a5c0970c76e96adac58c2786f5525cce741206154222b1bada4b54a813a208ad3472c64bef72aa37a"
     "d944484a7525b3bfab58b72d5878adcc36b35aefaeef610994159ba32295631c237f59d285e62248442d5ccca196973d"
     "3dfe70c01bd69e90313ba13437891e8aebbfb4d42fcccdfdf98655b272757553",
     "3883d4e0a47250b66d44e80cd19e4f55195a89c2c1e020cfc534347df7d00302"},
    {12,
     "ec5fd75f942b76a278c3f4df4c25b0dd5db712a253cc8b9c22287befafbeb6257e53018e4f2b21f571e02c8b128f401e"
     "d16391b74336ddd719a0306db181135395e8f648fb380f083398e4a3400c07724162fa30e25e8d3784a2e90fdf27cdbb"
     "4456b4892b3a49fd6de7cdae86d7432bf8f651e09b2920ad7d0618ccf70135e8",
     "f3a817c8fc206f5f65b3ffe1225588e74a698c58d478214ccaa80ee684d5a0ee"},
};

}  // namespace holdfast::secure::crypto
