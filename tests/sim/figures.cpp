#include "sim/figures.h"

#include <array>
#include <cstdio>

namespace tribook::sim {
namespace {

struct Field {
  std::string_view name;
  std::uint64_t Figures::*value;
};

constexpr std::array kFields{
    Field{"seeds", &Figures::seeds},
    Field{"steps", &Figures::steps},
    Field{"records", &Figures::records},
    Field{"events", &Figures::events},
    Field{"commands", &Figures::commands},
    Field{"busy", &Figures::busy},
    Field{"repeats", &Figures::repeats},
    Field{"refused for want of room", &Figures::storage_refusals},
    Field{"fills", &Figures::fills},
    Field{"kills survived", &Figures::kills},
    Field{"power cuts survived", &Figures::power_cuts},
    Field{"power cuts without sync", &Figures::lossy_cuts},
    Field{"records lost by these", &Figures::records_lost},
    Field{"deaths within a start", &Figures::deaths_in_starts},
    Field{"proper stops", &Figures::stops},
    Field{"disk errors", &Figures::disk_errors},
    Field{"flips refused with file and offset", &Figures::flips_refused},
    Field{"ends refused for what was ahead", &Figures::ends_refused},
    Field{"ends behind which things were set aside", &Figures::ends_set_aside},
    Field{"flips cut as a torn tail", &Figures::flips_cut},
    Field{"of them with whole batches behind", &Figures::cuts_kept},
    Field{"flips without effect", &Figures::flips_harmless},
    Field{"snapshots damaged", &Figures::snapshots_damaged},
    Field{"store commits", &Figures::store_commits},
    Field{"store failures", &Figures::store_failures},
    Field{"stores made anew", &Figures::store_remakes},
    Field{"snapshots taken", &Figures::snapshots},
    Field{"starts from a snapshot", &Figures::house_snapshot_starts},
    Field{"follower's starts from a snapshot", &Figures::snapshot_starts},
    Field{"segments archived", &Figures::archived},
    Field{"failures to archive", &Figures::archive_failures},
    Field{"times settled", &Figures::settled},
    Field{"margins checked", &Figures::margins_checked},
    Field{"stories told", &Figures::stories},
    Field{"their formulas compared", &Figures::formulas},
    Field{"simulated ms", &Figures::simulated_ms},
};

std::string decimal(double value) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  return buffer.data();
}

std::string key_of(std::string_view name) {
  std::string key(name);
  for (char& letter : key) {
    if (letter == ' ') letter = '_';
  }
  return key;
}

template <typename Map>
std::string table(const Map& map) {
  std::string text;
  for (const auto& [name, count] : map) text += "  " + std::to_string(count) + " " + name + "\n";
  return text;
}

template <typename Map>
std::string json_object(const Map& map) {
  std::string text = "{";
  for (const auto& [name, count] : map) {
    if (text.size() > 1) text += ", ";
    text += '"' + key_of(name) + "\": " + std::to_string(count);
  }
  return text + "}";
}

}  // namespace

void Figures::add(const Figures& other) {
  for (const Field& field : kFields) this->*field.value += other.*field.value;
  for (const auto& [name, count] : other.faults) faults[name] += count;
  for (const auto& [name, count] : other.asked_for) asked_for[name] += count;
}

std::uint64_t Figures::strikes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : faults) sum += count;
  return sum;
}

std::string Figures::text(double seconds) const {
  std::string text;
  for (const Field& field : kFields) {
    text += std::string(field.name) + ": " + std::to_string(this->*field.value) + "\n";
  }
  text += "faults: " + std::to_string(strikes()) + "\n" + table(faults);
  text += "commands by kind:\n" + table(asked_for);
  const double simulated = static_cast<double>(simulated_ms) / 1'000.0;
  text += decimal(simulated / 3'600.0) + " simulated hours in " + decimal(seconds) +
          " s: " + decimal(static_cast<double>(steps) / seconds) + " steps/s, " +
          decimal(static_cast<double>(records) / seconds) + " records/s, " +
          decimal(simulated / seconds) + " simulated seconds a second\n";
  return text;
}

std::string Figures::json(double seconds) const {
  std::string text = "{";
  for (const Field& field : kFields) {
    text += '"' + key_of(field.name) + "\": " + std::to_string(this->*field.value) + ", ";
  }
  const double simulated = static_cast<double>(simulated_ms) / 1'000.0;
  text += "\"faults\": " + json_object(faults) +
          ", \"commands_by_kind\": " + json_object(asked_for) +
          ", \"seconds\": " + decimal(seconds) +
          ", \"steps_per_second\": " + decimal(static_cast<double>(steps) / seconds) +
          ", \"records_per_second\": " + decimal(static_cast<double>(records) / seconds) +
          ", \"simulated_seconds_per_second\": " + decimal(simulated / seconds) + "}\n";
  return text;
}

}  // namespace tribook::sim
