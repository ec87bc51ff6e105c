#!/bin/bash
# The flow of OP-TEE's "Linux userland integration" guide with Holdfast in OP-TEE's place, every step verified:
# token, PINs, key pair, CSR, self-signed certificate, a certificate issued by the token, TLS client authentication.
#   HF_MODULE=<module.so> guide_flow.sh [--show] [--ids] [--key TYPE]… [--interface engine|provider]…
# TYPE is pkcs11-tool's --key-type (default EC:prime256v1); the interface is OpenSSL's (default engine). --show prints
# each command with its output, otherwise only the steps. --ids gives every key an ID, not only every second one: where a
# private EC key does not hold its point (OP-TEE's), pkcs11-provider looks for the public one by ID, and takes no empty one.
# A service with uninitialised slots must be running.
# Ends with 77, saying why, when an interface asked for is not installed.
#   HF_PROVIDER      pkcs11-provider's shared object, when it is not in OpenSSL's MODULESDIR
#   HF_FLOW_STAND_IN set when HF_MODULE is not Holdfast: what only Holdfast promises is then not checked
set -euo pipefail

readonly so_pin=1234567890 pin=12345
show=no with_ids=no keys=() interfaces=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --show) show=yes; shift ;;
    --ids) with_ids=yes; shift ;;
    --key) keys+=("$2"); shift 2 ;;
    --interface) interfaces+=("$2"); shift 2 ;;
    *) echo "guide_flow: unknown argument $1" >&2; exit 2 ;;
  esac
done
[[ ${#keys[@]} -gt 0 ]] || keys=(EC:prime256v1)
[[ ${#interfaces[@]} -gt 0 ]] || interfaces=(engine)
: "${HF_MODULE:?is the path of the PKCS#11 module}"

openssl_directory() {  # openssl_directory -e|-m: where OpenSSL keeps its engines, or its providers
  openssl version "$1" | sed 's/^[A-Z]*: "\(.*\)"$/\1/'
}
provider_module=${HF_PROVIDER:-$(openssl_directory -m)/pkcs11.so}
if [[ " ${interfaces[*]} " == *" provider "* && ! -e $provider_module ]]; then
  echo "SKIPPED: pkcs11-provider is not installed (Debian 12 has it in backports only)"
  exit 77
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-flow.XXXXXX")
server_pid=
stop_server() {
  [[ -n $server_pid ]] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}
clean_up() {
  stop_server
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"
# shellcheck source=tests/integration/steps.sh
source "$here/steps.sh"

p11() { pkcs11-tool --module "$HF_MODULE" "$@"; }
expect_of_holdfast() { [[ -n ${HF_FLOW_STAND_IN:-} ]] || expect "$1"; }

# ---- the token ------------------------------------------------------------------------------------------------------

token_chapter() {
  step "The module introduces itself"
  explain "p11 stands for: pkcs11-tool --module $HF_MODULE"
  run p11 --show-info
  expect '^Cryptoki version +[23]\.'

  step "Slots, all of them uninitialised"
  run p11 --list-slots
  expect_of_holdfast 'Slot 0 \(0x0\)'
  expect_of_holdfast 'Slot 2 \(0x2\)'
  [[ $(grep -c '^Slot' last.out) -eq $(grep -Ec 'token state: +uninitialized' last.out) ]] || die "a slot is in use"

  step "Initialise a token"
  run p11 --init-token --label mytoken --so-pin "$so_pin"
  expect 'Token successfully initialized'

  step "The security officer sets the user's PIN"
  run p11 --label mytoken --login --so-pin "$so_pin" --init-pin --pin "$pin"
  expect 'User PIN successfully initialized'

  step "The slot now shows the token"
  run p11 --list-slots
  expect 'token label +: mytoken'
  local flag
  for flag in 'login required' rng 'token initialized' 'PIN initialized'; do expect "token flags +: .*$flag"; done
  expect_of_holdfast 'pin min/max +: 4/128$'

  step "Mechanisms"
  run p11 --list-mechanisms
  expect '^ *ECDSA-KEY-PAIR-GEN,.*generate_key_pair'
  expect '^ *RSA-PKCS-KEY-PAIR-GEN,.*generate_key_pair'
  expect '^ *ECDSA,.*sign, verify'

  step "A wrong PIN is refused"
  must_be_refused p11 -l --pin 54321 --list-objects
  expect CKR_PIN_INCORRECT
}

# ---- a key pair -----------------------------------------------------------------------------------------------------

key_chapter() {  # key_chapter TYPE LABEL [pkcs11-tool options…]
  local type=$1 label=$2
  shift 2
  step "Generate a key pair inside the token: $type, --label $label${*:+ $*}"
  run p11 -l --pin "$pin" --keypairgen --key-type "$type" --label "$label" "$@"
  expect 'Key pair generated'
  expect '^Private Key Object'
  expect 'Access: +sensitive, always sensitive, never extractable, local$'
  if [[ $type == EC:prime256v1 ]]; then
    expect_of_holdfast 'Usage: +sign, derive$'
    expect 'EC_POINT: +044104'
  fi

  step "The public key is there for everyone, without a PIN"
  run p11 --list-objects --type pubkey
  expect "label: +$label\$"
  [[ $* != *'--id 1234'* ]] || expect 'ID: +1234$'
  run p11 --read-object --type pubkey --label "$label" --output-file "$label.der"
  run openssl pkey -pubin -inform DER -in "$label.der" -out "$label.pub"
}

# ---- OpenSSL on the token -------------------------------------------------------------------------------------------

write_configuration() {  # write_configuration INTERFACE: hsm.conf, which plays the guide's optee_hsm.conf
  {
    echo "openssl_conf = init"
    if [[ $1 == engine ]]; then
      printf '%s\n' '[init]' 'engines = engines' '[engines]' 'pkcs11 = token' '[token]' 'engine_id = pkcs11' \
        "dynamic_path = $(openssl_directory -e)/pkcs11.so" "MODULE_PATH = $HF_MODULE" "PIN = $pin" 'init = 0'
    else
      printf '%s\n' '[init]' 'providers = providers' '[providers]' 'default = software' 'pkcs11 = token' \
        '[software]' 'activate = 1' '[token]' "module = $provider_module" \
        "pkcs11-module-path = $HF_MODULE" "pkcs11-module-token-pin = $pin" 'activate = 1'
      # A module that links libcrypto crashes this provider at exit unless told not to finalise. Holdfast needs no quirk.
      [[ -z ${HF_FLOW_STAND_IN:-} ]] || echo 'pkcs11-module-quirks = no-deinit'
    fi
    printf '%s\n' '[req]' 'distinguished_name = dn' 'prompt = no' '[dn]' 'CN = placeholder' \
      '[ca]' 'basicConstraints = critical,CA:TRUE' 'keyUsage = critical,keyCertSign,digitalSignature' \
      '[leaf]' 'basicConstraints = CA:FALSE' 'extendedKeyUsage = clientAuth'
  } >hsm.conf
  explain "hsm.conf:"
  explain "$(sed 's/^/  | /' hsm.conf)"
}

with_token=(env OPENSSL_CONF=hsm.conf)

# name_key INTERFACE LABEL: how a private key in the token is named to req and s_client, to x509 -CA, and to curl.
name_key() {
  local uri="pkcs11:token=mytoken;object=$2;type=private"
  curl_with_token=("${with_token[@]}")
  if [[ $1 == engine ]]; then
    key=(-engine pkcs11 -keyform engine -key "label_$2")
    ca_key=(-engine pkcs11 -CAkeyform engine -CAkey "label_$2")
    curl_key=(--engine pkcs11 --key-type ENG --key "label_$2")
    curl_token=("${with_token[@]}")
  else
    key=(-key "$uri")
    ca_key=(-CAkey "$uri")
    curl_key=(--key-type PROV --key "$uri;pin-value=$pin")
    # curl loads the provider into a library context of its own, for which it does not read OPENSSL_CONF.
    curl_with_token=(env "PKCS11_PROVIDER_MODULE=$HF_MODULE")
    # curl loads the provider by itself, past OpenSSL's configuration.
    curl_token=(env "PKCS11_PROVIDER_MODULE=$HF_MODULE")
  fi
}

expect_public_key_of_token() {  # expect_public_key_of_token LABEL req|x509 FILE
  openssl "$2" -in "$3" -noout -pubkey >in-file.pub
  openssl pkey -pubin -in in-file.pub -outform DER | cmp -s - "$1.der" || die "$3 does not carry the public key of $1"
}

certificate_chapter() {  # certificate_chapter INTERFACE LABEL OTHER_LABEL
  name_key "$1" "$3"
  step "A certificate request signed by $3 in the token ($1)"
  run "${with_token[@]}" openssl req -new "${key[@]}" -subj "/CN=$3" -out "$3.csr"
  run openssl req -in "$3.csr" -verify -noout
  expect 'verify OK'
  expect_public_key_of_token "$3" req "$3.csr"

  name_key "$1" "$2"
  step "A request and a self-signed certificate for $2; plain OpenSSL verifies both"
  run "${with_token[@]}" openssl req -new "${key[@]}" -subj "/CN=$2" -out "$2.csr"
  run openssl req -in "$2.csr" -verify -noout
  expect 'verify OK'
  expect_public_key_of_token "$2" req "$2.csr"
  run "${with_token[@]}" openssl req -new -x509 "${key[@]}" -subj "/CN=$2" -days 30 -extensions ca -out "$2.crt"
  run openssl verify -check_ss_sig -CAfile "$2.crt" "$2.crt"
  expect_public_key_of_token "$2" x509 "$2.crt"

  step "$2 in the token acts as a CA: a certificate for $3"
  run "${with_token[@]}" openssl x509 -req -in "$3.csr" -CA "$2.crt" "${ca_key[@]}" -CAcreateserial -days 30 \
    -extfile hsm.conf -extensions leaf -out "$3.crt"
  run openssl verify -x509_strict -CAfile "$2.crt" "$3.crt"
  expect_public_key_of_token "$3" x509 "$3.crt"
}

# ---- TLS client authentication --------------------------------------------------------------------------------------

start_server() {  # start_server CA_FILE: a TLS server with a software key that insists on a client certificate
  [[ -f server.crt ]] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout server.key -out server.crt 2>server.log
  local command=(openssl s_server -accept 127.0.0.1:0 -cert server.crt -key server.key -CAfile "$1"
                 -Verify 1 -verify_return_error -www)
  explain "\$ ${command[*]} &"
  "${command[@]}" >server.log 2>&1 </dev/null &
  server_pid=$!
  for _ in {1..100}; do
    port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log | head -1)
    [[ -z $port ]] || return 0
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  cp server.log last.out
  die "s_server did not start"
}

# send_get COMMAND…: puts an HTTP request on the standard input of an s_client; -quiet keeps that open for the page.
send_get() { printf 'GET / HTTP/1.0\r\n\r\n' | "$@"; }

expect_page_for() {  # expect_page_for SUBJECT TLS_VERSION: the server's page that echoes the client certificate
  expect '^HTTP/1\.0 200 ok'
  expect '^Client certificate'
  expect "Subject: CN ?= ?$1\$"
  expect "Protocol *: $2"
}

curl_speaks_provider() {
  local version
  version=$(curl --version | sed -n '1s/^curl \([0-9]*\.[0-9]*\).*/\1/p')
  printf '%s\n' 8.12 "$version" | sort --check --version-sort 2>/dev/null
}

tls_chapter() {  # tls_chapter INTERFACE LABEL
  name_key "$1" "$2"
  step "A TLS server that asks for a client certificate turns away who has none"
  start_server "$2.crt"
  local url=https://localhost:$port/ curl=(curl --silent --show-error --include --cacert server.crt)
  must_be_refused "${curl[@]}" "$url"
  expect 'certificate required|handshake fail'

  local version excerpt='^HTTP|^Content-type|^ +(Protocol|Cipher)  |^Client certificate|(Issuer|Subject|Public-Key): '
  for version in 1.3 1.2; do
    step "TLS $version with the key in the token: openssl s_client ($1, $2)"
    run send_get "${with_token[@]}" openssl s_client -connect "127.0.0.1:$port" -servername localhost -CAfile server.crt \
      -verify_return_error -quiet "-tls${version/./_}" "${key[@]}" -cert "$2.crt"
    expect_page_for "$2" "TLSv$version"
    if [[ $1 == engine ]] || curl_speaks_provider; then
      step "TLS $version with the key in the token: curl ($1, $2)"
      run "${curl_token[@]}" "${curl[@]}" "--tlsv$version" --tls-max "$version" "${curl_key[@]}" --cert "$2.crt" "$url"
      expect_page_for "$2" "TLSv$version"
    fi
  done
  stop_server
}

# ---- the whole flow -------------------------------------------------------------------------------------------------

token_chapter
number=0
for type in "${keys[@]}"; do
  label=mykey
  [[ $number -eq 0 ]] || label=mykey$((number + 1))
  number=$((number + 1))
  own_id=()
  [[ $with_ids == no ]] || own_id=(--id "56$(printf '%02d' "$number")")
  key_chapter "$type" "$label" "${own_id[@]}"
  other_id=1234
  [[ $number -eq 1 ]] || other_id=1234$(printf '%02d' "$number")
  key_chapter "$type" "$label-device" --id "$other_id"
  for interface in "${interfaces[@]}"; do
    step "OpenSSL's configuration: the token behind the $interface interface"
    write_configuration "$interface"
    certificate_chapter "$interface" "$label" "$label-device"
    tls_chapter "$interface" "$label"
  done
done
echo
echo "The whole flow passed: $step_count steps; keys: ${keys[*]}; OpenSSL interfaces: ${interfaces[*]}."
