#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"

namespace holdfast::vectors {

/// Fields are the name=value words at the end of a line.
class Fields {
 public:
  explicit Fields(std::map<std::string, std::string> values = {}) : values_(std::move(values)) {}

  bool has(const std::string& name) const { return values_.contains(name); }
  /// bytes reads hexadecimal digits; a field that is not there has none.
  Bytes bytes(const std::string& name) const;
  /// number reads decimal digits; throws std::runtime_error when the field is not there.
  CK_ULONG number(const std::string& name) const;
  CK_ULONG number_or(const std::string& name, CK_ULONG otherwise) const;
  /// word is the value as it is written, or "".
  std::string word(const std::string& name) const;
  const std::map<std::string, std::string>& all() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

/// Line is one line of a data file: what README.md calls a key line or a vector line.
struct Line {
  std::size_t number = 0;
  std::string source;  // the upstream file, from the nearest "from" line above
  std::vector<std::string> words;
  Fields fields;
};

/// read_vectors calls `use` with every key line and vector line of a file, in order. Throws std::runtime_error when the
/// file cannot be read.
void read_vectors(const std::filesystem::path& file, const std::function<void(const Line&)>& use);

/// The number of a name such as CKM_AES_GCM; these throw std::runtime_error for a name that nothing has.
CK_MECHANISM_TYPE mechanism_number(const std::string& name);
CK_ATTRIBUTE_TYPE attribute_number(const std::string& name);
CK_KEY_TYPE key_type_number(const std::string& name);

}  // namespace holdfast::vectors
