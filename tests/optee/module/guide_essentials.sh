#!/bin/bash
# The essentials of OP-TEE's "Linux userland integration" guide with pkcs11-tool, the module and a stand-in for OP-TEE's
# libteec.so.2: tokens and keys outlive each command, and plain OpenSSL verifies what they sign.
#   HF_MODULE=<module.so> HF_STANDIN=<libteec.so.2> guide_essentials.sh <folder of steps.sh>
# OpenSSL does not load the module here: the stand-in brings the secure world into the process, and it would find the
# engine in the place of the cryptography that it stands on.
set -euo pipefail

readonly so_pin=1234567890 pin=12345
: "${HF_MODULE:?is the path of the PKCS#11 module}" "${HF_STANDIN:?is the path of the stand-in}"
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-optee.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/integration/steps.sh
source "$1/steps.sh"
cd "$work"
export HOLDFAST_TEE=$HF_STANDIN HOLDFAST_STANDIN_STATE=$work/state HOLDFAST_STANDIN_RECORD=$work/record

p11() { pkcs11-tool --module "$HF_MODULE" "$@"; }
user() { p11 --login --pin "$pin" "$@"; }

step "A TEE that is none is refused"
HOLDFAST_TEE=elsewhere must_be_refused p11 --list-slots
expect CKR_FUNCTION_FAILED

step "Token and PINs"
run p11 --init-token --label mytoken --so-pin "$so_pin"
expect 'Token successfully initialized'
run p11 --label mytoken --login --so-pin "$so_pin" --init-pin --pin "$pin"
expect 'User PIN successfully initialized'
run p11 --list-slots
expect 'token label +: mytoken'
expect 'token flags +: .*PIN initialized'
must_be_refused p11 --login --pin 54321 --list-objects
expect CKR_PIN_INCORRECT

step "Mechanisms of OP-TEE, and no others"
run p11 --list-mechanisms
expect '^ *ECDSA-KEY-PAIR-GEN,.*generate_key_pair'
! grep -q 'AES-KEY-WRAP' last.out || die "a mechanism that OP-TEE does not have"

step "Key pairs are private, sensitive and never extractable"
run user --keypairgen --key-type EC:prime256v1 --label mykey --id 01
expect 'Access: +sensitive, always sensitive, never extractable, local$'
expect 'EC_POINT: +044104'
run user --keypairgen --key-type rsa:2048 --label myrsa --id 02
run p11 --list-objects --type pubkey
expect 'label: +mykey$'
run user --test
expect 'No errors'

echo "signed on a board" >message
signs() {  # signs ID MECHANISM [openssl dgst options…]
  local id=$1 mechanism=$2
  shift 2
  run p11 --read-object --type pubkey --id "$id" --output-file key.der
  run user --sign --id "$id" --mechanism "$mechanism" --signature-format openssl --input-file message --output-file signature
  run openssl dgst -verify key.der -keyform DER -signature signature "$@" message
  expect 'Verified OK'
}
step "Plain OpenSSL verifies signatures, one step and many"
signs 01 ECDSA-SHA256 -sha256
signs 02 SHA256-RSA-PKCS -sha256
signs 02 SHA384-RSA-PKCS-PSS -sha384 -sigopt rsa_padding_mode:pss
head -c 300000 /dev/zero >message
signs 01 ECDSA-SHA384 -sha384
signs 02 SHA512-RSA-PKCS -sha512

step "Certificates, data and secret keys"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=board -keyout soft.pem -out cert.pem 2>/dev/null
openssl x509 -in cert.pem -outform DER -out cert.der
run user --write-object cert.der --type cert --label board --id 01
run p11 --read-object --type cert --id 01 --output-file cert.out
cmp cert.der cert.out
run user --keygen --key-type AES:32 --label sealing --id 03
run user --list-objects
expect 'Secret Key Object; AES length 32'

step "What is deleted is gone; a new PIN counts at once"
run user --delete-object --type secrkey --id 03
run user --list-objects --type secrkey
[[ $(grep -c 'Secret Key' last.out) -eq 0 ]] || die "the key is still there"
run user --change-pin --new-pin 67890
must_be_refused user --list-objects
run p11 --login --pin 67890 --list-objects --type privkey
expect 'label: +mykey$'

step "Nothing of that was the end of OP-TEE's application"
! grep -E 'panic|wrong' record || die "the stand-in says otherwise"
echo "The essentials passed: $step_count steps."
