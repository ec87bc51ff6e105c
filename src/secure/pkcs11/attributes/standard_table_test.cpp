// What the rows do, held against tests/conformance/tables/attributes.csv, which somebody else transcribed from the
// standard. Behaviour is compared, not rows with lines: each attribute is given and left out, changed and read, on an
// object of each kind.

#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include <pkcs11/pkcs11.h>

#include "ck/names.h"
#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

// ---- The table

using Columns = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& text, char separator, std::size_t most) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; parts.size() + 1 < most && std::getline(in, part, separator);) parts.push_back(part);
  std::string rest;
  if (std::getline(in, rest)) parts.push_back(rest);  // the last column may hold separators
  return parts;
}

std::vector<Columns> read_table() {
  std::ifstream file(HOLDFAST_TABLES "/attributes.csv");
  std::vector<Columns> lines;
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (names.empty()) {
      names = split(line, ',', 99);
      continue;
    }
    std::vector<std::string> values = split(line, ',', names.size());
    values.resize(names.size());
    Columns columns;
    for (std::size_t i = 0; i < names.size(); ++i) columns[names[i]] = values[i];
    lines.push_back(std::move(columns));
  }
  return lines;
}

std::map<std::string, std::string> deviations(const Columns& line) {
  std::map<std::string, std::string> found;
  for (const std::string& one : split(line.at("deviation"), ';', 99)) {
    const std::size_t equals = one.find('=');
    if (equals != std::string::npos) found[one.substr(0, equals)] = one.substr(equals + 1);
  }
  return found;
}

// ---- The kinds of objects

struct Kind {
  std::uint32_t object_class;
  std::uint32_t key_type = 0xFFFFFFFF;

  bool is_key() const { return key_type != 0xFFFFFFFF; }
  std::string class_name() const {
    switch (object_class) {
      case CKO_DATA:
        return "data";
      case CKO_CERTIFICATE:
        return "certificate";
      case CKO_PUBLIC_KEY:
        return "public";
      case CKO_PRIVATE_KEY:
        return "private";
      default:
        return "secret";
    }
  }
  std::string name() const {
    return class_name() + (is_key() ? std::string(" ") + ck::name_of_key_type(key_type) : "");
  }
};

const std::vector<Kind> kKinds = {
    {CKO_DATA},
    {CKO_CERTIFICATE},
    {CKO_PUBLIC_KEY, CKK_RSA},
    {CKO_PUBLIC_KEY, CKK_EC},
    {CKO_PUBLIC_KEY, CKK_EC_EDWARDS},
    {CKO_PRIVATE_KEY, CKK_RSA},
    {CKO_PRIVATE_KEY, CKK_EC},
    {CKO_PRIVATE_KEY, CKK_EC_EDWARDS},
    {CKO_SECRET_KEY, CKK_AES},
    {CKO_SECRET_KEY, CKK_GENERIC_SECRET},
    {CKO_SECRET_KEY, CKK_SHA_1_HMAC},
    {CKO_SECRET_KEY, CKK_SHA224_HMAC},
    {CKO_SECRET_KEY, CKK_SHA256_HMAC},
    {CKO_SECRET_KEY, CKK_SHA384_HMAC},
    {CKO_SECRET_KEY, CKK_SHA512_HMAC},
};

/// line_for finds the line that holds for an attribute of a kind: the most particular one.
std::map<std::string, const Columns*> lines_for(const Kind& kind, const std::vector<Columns>& table) {
  std::map<std::string, const Columns*> found;
  for (const bool particular : {false, true}) {
    for (const Columns& line : table) {
      const std::string& in_class = line.at("class");
      const bool class_fits = in_class == "*" || (in_class == "key" && kind.is_key()) || in_class == kind.class_name();
      const bool type_fits = particular ? kind.is_key() && line.at("key_type") == ck::name_of_key_type(kind.key_type)
                                        : line.at("key_type") == "*";
      if (class_fits && type_fits) found[line.at("attribute")] = &line;
    }
  }
  return found;
}

// ---- What Holdfast does with an attribute of a kind

using List = std::map<std::uint32_t, Bytes>;

TemplateBuilder built(const List& list) {
  TemplateBuilder attributes;
  for (const auto& [type, value] : list) attributes.raw(type, value);
  return attributes;
}

class Subject {
 public:
  Subject(const Kind& kind, std::uint32_t type)
      : kind_(kind), type_(type), row_(*policy().find(ck::AttributeType{type})) {}

  std::string need(Origin origin) const {
    List with = least(origin);
    List without = with;
    with[type_] = value();
    without.erase(type_);
    const Rv given = rv_of(draft(origin, with));
    const Rv left_out = rv_of(draft(origin, without));
    if (given == Rv::ok && left_out == Rv::ok) return "may";
    if (given == Rv::ok && left_out == Rv::template_incomplete) return "must";
    if (given != Rv::ok && left_out == Rv::ok) return "never";
    return "neither (" + ::testing::PrintToString(given) + ", " + ::testing::PrintToString(left_out) + ")";
  }

  std::string fallback() const {
    List without = least(Origin::create);
    without.erase(type_);
    const AttributeSet set = draft(Origin::create, without).value().attributes;
    const Bytes* const value = set.find(ck::AttributeType{type_});
    if (value == nullptr) return "none";
    if (value->empty()) return "empty";
    if (row_.shape == Shape::boolean) return set.flag(ck::AttributeType{type_}) ? "true" : "false";
    return std::to_string(set.ulong(ck::AttributeType{type_}).value());
  }

  std::string change() const {
    if (row_.shape != Shape::boolean)
      return changes(object(), other_value(), false, false) ? "always" : never_changes("never");
    const bool rises = changes(object(false), flag(true), false, false);
    const bool falls = changes(object(true), flag(false), false, false);
    if (rises && falls) return "always";
    if (rises) return "to_true";
    if (falls) return "to_false";
    if (changes(object(false), flag(true), false, true)) return "so";
    if (changes(object(false), flag(true), true, false)) return "copy";
    return never_changes("never");
  }

  std::string reveal() const {
    const Rv guarded = read(true, true);
    const Rv held = read(false, false);
    const Rv open = read(false, true);
    if (guarded == Rv::ok && held == Rv::ok && open == Rv::ok) return "yes";
    if (guarded == Rv::attribute_sensitive && held == Rv::attribute_sensitive && open == Rv::ok) return "guarded";
    if (guarded == Rv::attribute_type_invalid && open == Rv::attribute_type_invalid) return "hidden";
    return "neither";
  }

 private:
  class Secrets final : public SecretSource {
   public:
    explicit Secrets(const SecretSet& set) : set_(set) {}
    Result<const SecretSet*> secrets() override { return &set_; }

   private:
    const SecretSet& set_;
  };

  static Bytes flag(bool on) { return {on ? std::byte{1} : std::byte{0}}; }
  static Bytes number(std::uint32_t n) { return std::move(ByteWriter().u32(n)).take(); }

  Policy policy() const { return policy_for(ck::ObjectClass{kind_.object_class}, ck::KeyType{kind_.key_type}).value(); }

  /// least is the smallest sound template for a way of making an object of this kind.
  List least(Origin origin) const {
    List list;
    const auto take = [&](const wire::Attribute& attribute) -> Result<void> {
      list[attribute.type.value] = to_bytes(attribute.value);
      return {};
    };
    if (origin == Origin::create) {
      EXPECT_TRUE(for_each_attribute(sample().view(), take).has_value());
      return list;
    }
    if (origin == Origin::unwrap)
      return {{CKA_CLASS, number(kind_.object_class)}, {CKA_KEY_TYPE, number(kind_.key_type)}};
    if (kind_.object_class == CKO_SECRET_KEY) return {{CKA_VALUE_LEN, number(16)}};
    if (kind_.object_class == CKO_PRIVATE_KEY) return {};
    if (kind_.key_type == CKK_RSA) return {{CKA_MODULUS_BITS, number(2048)}};
    return {{CKA_EC_PARAMS, to_bytes(as_bytes("curve"))}};
  }

  TemplateBuilder sample() const {
    switch (kind_.object_class) {
      case CKO_DATA:
        return data_template();
      case CKO_CERTIFICATE:
        return certificate_template();
      case CKO_PUBLIC_KEY:
        return public_key_template(kind_.key_type);
      case CKO_PRIVATE_KEY:
        return private_key_template(kind_.key_type);
      default:
        return secret_key_template(kind_.key_type);
    }
  }

  Result<ObjectContent> draft(Origin origin, const List& list) const {
    Expectation expected;
    if (origin == Origin::generate)
      expected = {.object_class = ck::ObjectClass{kind_.object_class}, .key_type = ck::KeyType{kind_.key_type}};
    return draft_object(origin, built(list).view(), expected);
  }

  /// value is one that the attribute can take.
  Bytes value() const {
    const List known = least(Origin::create);
    if (const auto it = known.find(type_); it != known.end()) return it->second;
    if (type_ == CKA_VALUE_LEN) return number(16);
    switch (row_.shape) {
      case Shape::boolean:
        return flag(false);
      case Shape::ulong:
        return number(0);
      case Shape::date:
        return to_bytes(as_bytes("20300101"));
      case Shape::mechanism_array:
        return number(CKM_SHA256);
      case Shape::attribute_list:
        return TemplateBuilder().with_head();
      case Shape::bytes:
        break;
    }
    return to_bytes(as_bytes("x"));
  }
  Bytes other_value() const {
    switch (row_.shape) {
      case Shape::ulong:
        return number(1);
      case Shape::date:
        return to_bytes(as_bytes("20400101"));
      case Shape::mechanism_array:
        return number(CKM_SHA384);
      case Shape::attribute_list:
        return TemplateBuilder().flag(CKA_SENSITIVE, true).with_head();
      default:
        return to_bytes(as_bytes("something else"));
    }
  }

  AttributeSet object() const { return draft(Origin::create, least(Origin::create)).value().attributes; }
  AttributeSet object(bool on) const {
    AttributeSet set = object();
    set.set_flag(ck::AttributeType{type_}, on);
    return set;
  }

  bool changes(const AttributeSet& from, const Bytes& to, bool copying, bool officer) const {
    const TemplateBuilder change = TemplateBuilder().raw(type_, to);
    const Actor actor{.is_security_officer = officer};
    return (copying ? copied_attributes(from, change.view(), actor) : changed_attributes(from, change.view(), actor))
        .has_value();
  }
  std::string never_changes(const char* verdict) const {
    for (const bool copying : {false, true})
      for (const bool officer : {false, true})
        for (const AttributeSet& from : {object(), object(true)})
          if (changes(from, row_.shape == Shape::boolean ? flag(false) : other_value(), copying, officer))
            return "sometimes";
    return verdict;
  }

  /// read asks for the attribute of an object that has it.
  Rv read(bool sensitive, bool extractable) const {
    List list = least(Origin::create);
    if (need(Origin::create) != "never") list[type_] = value();
    if (policy().find(ck::AttributeType{CKA_SENSITIVE}) != nullptr && type_ != CKA_SENSITIVE &&
        type_ != CKA_EXTRACTABLE) {
      list[CKA_SENSITIVE] = flag(sensitive);
      list[CKA_EXTRACTABLE] = flag(extractable);
    }
    ObjectContent content = draft(Origin::create, list).value();
    const ck::AttributeType type{type_};
    if (!content.attributes.contains(type) && content.secrets.find(type) == nullptr)
      content.attributes.set(type, value());
    Secrets source(content.secrets);
    return read_attributes(content.attributes, source, TemplateBuilder().placeholder(type_, 512).view()).value().status;
  }

  Kind kind_;
  std::uint32_t type_;
  AttributeRow row_;
};

// ---- Comparing

std::set<std::uint32_t> attributes_of(const Kind& kind) {
  std::set<std::uint32_t> types;
  policy_for(ck::ObjectClass{kind.object_class}, ck::KeyType{kind.key_type})
      .value()
      .for_each([&](const AttributeRow& row) { types.insert(row.type.value); });
  return types;
}

class Comparison {
 public:
  Comparison(const Kind& kind, const Columns& line) : kind_(kind), line_(line), deviations_(deviations(line)) {}

  void run(const Subject& subject) {
    hold("create", subject.need(Origin::create));
    if (kind_.is_key()) hold("generate", subject.need(Origin::generate));
    if (kind_.object_class == CKO_PRIVATE_KEY || kind_.object_class == CKO_SECRET_KEY)
      hold("unwrap", subject.need(Origin::unwrap));
    hold("change", subject.change());
    hold("reveal", subject.reveal());
    const std::string standard = wanted("default");
    if (standard != "token" && standard != "computed" && standard != "-") hold("default", subject.fallback());
    if (standard == "computed") {
      EXPECT_EQ(subject.fallback(), "none") << where() << ": a default for what the token computes";
    }
  }

 private:
  std::string where() const { return kind_.name() + " " + line_.at("attribute"); }
  std::string wanted(const std::string& column) const {
    const auto it = deviations_.find(column);
    return it == deviations_.end() ? line_.at(column) : it->second;
  }
  void hold(const std::string& column, const std::string& observed) const {
    if (line_.at(column) == "-") return;
    EXPECT_EQ(observed, wanted(column)) << where() << ": " << column;
  }

  const Kind& kind_;
  const Columns& line_;
  const std::map<std::string, std::string> deviations_;
};

TEST(StandardTable, AndHoldfastAgreeOnEveryAttributeOfEveryKind) {
  const std::vector<Columns> table = read_table();
  ASSERT_GT(table.size(), 80u);
  for (const Kind& kind : kKinds) {
    std::map<std::string, const Columns*> lines = lines_for(kind, table);
    for (const std::uint32_t type : attributes_of(kind)) {
      const std::string name = ck::name_of_attribute(type);
      const auto line = lines.find(name);
      if (line == lines.end()) {
        ADD_FAILURE() << kind.name() << " has " << name << ", which the table has not";
        continue;
      }
      Comparison(kind, *line->second).run(Subject(kind, type));
      lines.erase(line);
    }
    for (const auto& [name, line] : lines) ADD_FAILURE() << kind.name() << " lacks " << name << ", which the table has";
  }
}

TEST(StandardTable, GivesAReasonForEachDeviationAndOnlyForThose) {
  for (const Columns& line : read_table()) {
    const auto differs = deviations(line);
    EXPECT_EQ(differs.empty(), line.at("reason").empty()) << line.at("attribute");
    for (const auto& [column, value] : differs)
      EXPECT_NE(line.at(column), value) << line.at("attribute") << " " << column << " is no deviation";
  }
}

TEST(StandardTable, HasNoLineThatNoKindUses) {
  const std::vector<Columns> table = read_table();
  std::set<const Columns*> used;
  for (const Kind& kind : kKinds)
    for (const auto& [name, line] : lines_for(kind, table)) used.insert(line);
  for (const Columns& line : table)
    EXPECT_TRUE(used.contains(&line)) << line.at("class") << " " << line.at("attribute");
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
