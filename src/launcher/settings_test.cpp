#include "launcher/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "launcher/command_line.h"
#include "launcher/config_file.h"

namespace holdfast::launcher {
namespace {

const Surroundings kRoot{.uid = 0, .home = "/root"};
const Surroundings kUser{.uid = 1000, .home = "/home/u", .runtime_dir = "/run/user/1000"};

TEST(Settings, OfRootLieInTheSystemsDirectoriesWithTheKeyAwayFromTheStore) {
  const Settings settings = resolve({}, {}, kRoot).value();
  EXPECT_EQ(settings.socket, "/run/holdfast/holdfast.sock");
  EXPECT_EQ(settings.socket_mode, 0666u);
  EXPECT_EQ(settings.store(), "/var/lib/holdfast/store");
  EXPECT_EQ(settings.root_key, "/var/lib/holdfast-root/root.key");
  EXPECT_EQ(default_config_file(kRoot), "/etc/holdfast/holdfast.toml");
}

TEST(Settings, OfAUserLieInTheXdgDirectories) {
  const Settings settings = resolve({}, {}, kUser).value();
  EXPECT_EQ(settings.socket, "/run/user/1000/holdfast/holdfast.sock");
  EXPECT_EQ(settings.socket_mode, 0600u);
  EXPECT_EQ(settings.store(), "/home/u/.local/share/holdfast/store");
  EXPECT_EQ(settings.root_key, "/home/u/.config/holdfast/root.key");
  const Surroundings moved{.uid = 1000, .home = "/home/u", .data_home = "/data", .config_home = "/config"};
  const Settings elsewhere = resolve({}, {}, moved).value();
  EXPECT_EQ(elsewhere.socket, "/tmp/holdfast-1000/holdfast.sock");
  EXPECT_EQ(elsewhere.state, "/data/holdfast");
  EXPECT_EQ(elsewhere.root_key, "/config/holdfast/root.key");
}

TEST(Settings, KeepTheRootKeyBesideTheStoreWhenOnlyAStateIsGiven) {
  const Settings settings = resolve({.state = "/srv/hf/"}, {}, kRoot).value();
  EXPECT_EQ(settings.store(), "/srv/hf/store");
  EXPECT_EQ(settings.root_key, "/srv/hf/root.key");
}

TEST(Settings, PreferTheCommandLineToTheFile) {
  const Settings settings = resolve({.socket = "/a/s", .slots = 1}, {.socket = "/b/s", .slots = 2, .pin_cost = 12}, kUser).value();
  EXPECT_EQ(settings.socket, "/a/s");
  EXPECT_EQ(settings.slots, 1u);
  EXPECT_EQ(settings.pin_cost, 12u);
}

TEST(Settings, RefuseARootKeyInsideTheStore) {
  const auto settings = resolve({.state = "/srv/hf", .root_key = "/srv/hf/store/../store/root.key"}, {}, kRoot);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ExitCode::usage);
  EXPECT_NE(settings.error().line().find("lies inside the store"), std::string::npos);
}

TEST(Settings, RefuseASocketPathThatTheKernelWouldCut) {
  EXPECT_FALSE(resolve({.socket = "/" + std::string(104, 'x')}, {}, kRoot));
}

TEST(Settings, NeedAHomeOrAState) {
  const Surroundings homeless{.uid = 1000};
  EXPECT_FALSE(resolve({}, {}, homeless));
  EXPECT_TRUE(resolve({.state = "/srv/hf"}, {}, homeless));
}

TEST(Settings, PrintAsAConfigurationThatGivesThemAgain) {
  const Settings settings = resolve({.state = "/srv/hf", .user = "u", .backend = "memory", .refuse_legacy = "md5", .slots = 4, .pin_cost = 11}, {}, kRoot).value();
  const Choices again = parse_config(as_toml(settings), "x").value();
  EXPECT_EQ(as_toml(resolve({}, again, kRoot).value()), as_toml(settings));
}

// The configuration file.

std::string complaint(const char* text) {
  const auto choices = parse_config(text, "f.toml");
  return choices ? "" : choices.error().line();
}

TEST(ConfigFile, GivesEverySetting) {
  const Choices choices = parse_config("socket = '/s'\nstate = '/d'\nlog_level = 'debug'\nslots = 7\nmax_clients = 9\n", "f").value();
  EXPECT_EQ(choices.socket, "/s");
  EXPECT_EQ(choices.log_level, "debug");
  EXPECT_EQ(choices.slots, 7u);
  EXPECT_EQ(choices.max_clients, 9u);
  EXPECT_FALSE(choices.pin_cost);
}

TEST(ConfigFile, NamesLineCauseAndRemedyOfAMistake) {
  EXPECT_EQ(complaint("\nslotz = 3\n").substr(0, 33), "f.toml:2: unknown setting 'slotz'");
  EXPECT_EQ(complaint("slots = 0"), "f.toml:1: the setting 'slots' must be between 1 and 256; correct or remove it");
  EXPECT_EQ(complaint("slots = -9223372036854775808"), "f.toml:1: the setting 'slots' must be between 1 and 256; correct or remove it");
  EXPECT_EQ(complaint("slots = '3'"), "f.toml:1: the setting 'slots' must be a whole number; correct or remove it");
  EXPECT_EQ(complaint("slots = 3.5"), "f.toml:1: the setting 'slots' must be a whole number; correct or remove it");
  EXPECT_EQ(complaint("socket = 3"), "f.toml:1: the setting 'socket' must be a text; correct or remove it");
  EXPECT_EQ(complaint("socket = ''"), "f.toml:1: the setting 'socket' must not be empty; correct or remove it");
  EXPECT_EQ(complaint("backend = 'oracle'"), "f.toml:1: the setting 'backend' must be one of sqlite|memory; correct or remove it");
  EXPECT_EQ(complaint("[socket]\n"), "f.toml:1: the setting 'socket' must be a text in quotes; correct or remove it");
  EXPECT_NE(complaint("socket = \"\\u0000\"").find("zero byte"), std::string::npos);
  EXPECT_NE(complaint("a = \n").find("f.toml:1: not valid TOML"), std::string::npos);
}

TEST(ConfigFile, MayBeMissingUnlessItWasNamed) {
  EXPECT_TRUE(read_config("/nonexistent/holdfast.toml", MissingFile::is_empty));
  EXPECT_FALSE(read_config("/nonexistent/holdfast.toml", MissingFile::is_a_problem));
  EXPECT_FALSE(read_config("/proc/self/mem/x", MissingFile::is_empty));
}

TEST(ConfigFile, ExampleShowsEverySettingAndIsValid) {
  std::ifstream file(HF_EXAMPLE_CONFIG);
  const std::string example{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(example.empty());
  EXPECT_TRUE(parse_config(example, "holdfast.toml"));
  // "#key = value" is how it shows a default; prose starts with "# ".
  std::string uncommented;
  std::istringstream lines(example);
  for (std::string line; std::getline(lines, line);)
    uncommented += (line.starts_with("#") && !line.starts_with("# ") ? line.substr(1) : line) + "\n";
  const auto all = parse_config(uncommented, "holdfast.toml");
  ASSERT_TRUE(all) << all.error().line();
  for (const SettingRow& row : setting_rows())
    EXPECT_TRUE(row.text != nullptr ? (all.value().*row.text).has_value() : (all.value().*row.number).has_value()) << row.key;
}

// The command line.

Expected<CommandLine, Finished> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "holdfastd");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, TakesEverySettingAsAnOption) {
  const CommandLine line = parse({"--socket", "/s", "--root-key", "/k", "--max-clients-per-uid", "5", "--ready-fd", "9"}).value();
  EXPECT_EQ(line.choices.socket, "/s");
  EXPECT_EQ(line.choices.root_key, "/k");
  EXPECT_EQ(line.choices.max_clients_per_uid, 5u);
  EXPECT_EQ(line.ready_fd, 9);
}

TEST(CommandLine, RefusesWhatTheFileWouldRefuse) {
  for (const std::vector<const char*>& words : std::vector<std::vector<const char*>>{
           {"--slots", "0"}, {"--slots", "x"}, {"--backend", "oracle"}, {"--refuse-legacy", "md4"}, {"--refuse-legacy", ""}, {"--socket", ""}, {"--ready-fd", "-1"}, {"stray"}, {"--no-such"}})
    EXPECT_EQ(parse(words).error().exit_code, static_cast<int>(ExitCode::usage)) << words[0];
}

TEST(CommandLine, ShowsItsVersion) { EXPECT_EQ(parse({"--version"}).error().exit_code, 0); }

}  // namespace
}  // namespace holdfast::launcher
