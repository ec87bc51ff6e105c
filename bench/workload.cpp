#include "workload.h"

#include <cstdio>
#include <cstdlib>

namespace holdfast::bench {
namespace {

std::string size_text(std::size_t bytes) {
  if (bytes >= std::size_t{1} << 20) return std::to_string(bytes >> 20) + " MiB";
  if (bytes >= std::size_t{1} << 10) return std::to_string(bytes >> 10) + " KiB";
  return std::to_string(bytes) + " B";
}

}  // namespace

std::string Workload::name() const {
  switch (work) {
    case Work::p256_sign:
      return "ECDSA P-256 sign";
    case Work::rsa2048_sign:
      return "RSA-2048 sign";
    case Work::aes256_gcm:
      return "AES-256-GCM " + size_text(bytes);
    case Work::sha256:
      return "SHA-256 " + size_text(bytes);
  }
  return {};
}

std::vector<Workload> all_workloads() {
  std::vector<Workload> all{{Work::p256_sign, 32}, {Work::rsa2048_sign, 51}};
  for (const std::size_t bytes : {16U, 1024U, 16384U, 1048576U}) all.push_back({Work::aes256_gcm, bytes});
  for (const std::size_t bytes : {16U, 1024U, 16384U}) all.push_back({Work::sha256, bytes});
  return all;
}

void give_up(const std::string& what) {
  std::fprintf(stderr, "holdfast-bench: %s\n", what.c_str());
  std::exit(1);
}

}  // namespace holdfast::bench
