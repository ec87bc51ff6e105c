#include "cryptoki/client_config.h"

#include <gtest/gtest.h>
#include <string>

namespace holdfast::cryptoki {
namespace {

ClientConfig of(std::string_view text, std::string_view program = "nginx") {
  ClientConfig config;
  apply_settings(text, program, config);
  return config;
}

TEST(ClientConfig, SaysNothingWhenNothingIsWritten) {
  for (const std::string_view text : {"", "\n\n", "# a comment\n", "[nginx]\n", "="}) {
    EXPECT_EQ(of(text).points, PointForm::by_version) << text;
    EXPECT_EQ(of(text).default_interface.major, 0) << text;
  }
}

TEST(ClientConfig, ReadsWhatIsForAllPrograms) {
  const ClientConfig config = of("ec-point = raw\r\n\t interface=3.2");
  EXPECT_EQ(config.points, PointForm::raw);
  EXPECT_EQ(config.default_interface.major, 3);
  EXPECT_EQ(config.default_interface.minor, 2);
}

TEST(ClientConfig, AProgramsSectionWinsForItAlone) {
  constexpr std::string_view kText = "ec-point = der\n[ssh]\nec-point = raw\n[nginx]\ninterface = 2.40\n";
  EXPECT_EQ(of(kText, "nginx").points, PointForm::der);
  EXPECT_EQ(of(kText, "nginx").default_interface.minor, 40);
  EXPECT_EQ(of(kText, "ssh").points, PointForm::raw);
  EXPECT_EQ(of(kText, "ssh").default_interface.major, 0);
  EXPECT_EQ(of(kText, "curl").points, PointForm::der);
}

TEST(ClientConfig, ALaterFileCanTakeBackWhatAnEarlierSaid) {
  ClientConfig config = of("ec-point = raw\ninterface = 3.2\n");
  apply_settings("ec-point = by-version\ninterface = 3.0\n", "nginx", config);
  EXPECT_EQ(config.points, PointForm::by_version);
  EXPECT_EQ(config.default_interface.minor, 0);
}

TEST(ClientConfig, LeavesOutWhatItDoesNotUnderstand) {
  for (const std::string_view text :
       {"ec-point = octets\n", "EC-POINT = raw\n", "interface = 3.1\n", "interface = 3.22222222222222\n",
        "[\nec-point = raw\n", "[nginx\nec-point = raw\n", "]\n", "ec-point raw\n", "= raw\n",
        "[]\nec-point = raw\n"}) {
    EXPECT_EQ(of(text).points, PointForm::by_version) << text;
    EXPECT_EQ(of(text).default_interface.major, 0) << text;
  }
  EXPECT_EQ(of(std::string(1000, '\0') + "\nec-point = raw").points, PointForm::raw);
}

}  // namespace
}  // namespace holdfast::cryptoki
