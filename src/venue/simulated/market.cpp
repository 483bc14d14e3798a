#include "venue/simulated/market.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "venue/simulated/noise.h"

namespace tribook::venue::simulated {
namespace {

constexpr double kYearSeconds = 31'557'600;
constexpr double kBasisPoint = 1e-4;
constexpr std::array<std::string_view, kFactors> kFactorNames{"dollar", "europe", "risk",
                                                              "equity", "metal",  "crypto"};
constexpr Currency kDollar = Currency::of("USD");

constexpr Rhythm rhythm_of(std::size_t factor) {
  return factor == static_cast<std::size_t>(Factor::Crypto) ? Rhythm::Crypto : Rhythm::Global;
}

double number(std::int64_t raw) {
  return static_cast<double>(raw) / static_cast<double>(kFixedOne);
}

// Only these are rates between two currencies; elsewhere a base currency says nothing of the price.
bool is_rate(const SymbolSetup& setup) {
  return (setup.category == Category::Forex || setup.category == Category::Metal ||
          setup.category == Category::Crypto) &&
         setup.base != setup.quote;
}

// Percent a year.
double volatility(const AssetProfile& profile) {
  double sum = profile.own * profile.own;
  for (const double factor : profile.factors) sum += factor * factor;
  return std::sqrt(sum);
}

void scale(AssetProfile& profile, double wanted) {
  const double usual = volatility(profile);
  if (usual == 0) {
    profile.own = wanted;
    return;
  }
  for (double& factor : profile.factors) factor *= wanted / usual;
  profile.own *= wanted / usual;
}

}  // namespace

SymbolSetup SymbolSetup::of(const Instrument& instrument) {
  SymbolSetup setup;
  setup.symbol = instrument.name.view();
  setup.id = instrument.id;
  setup.category = instrument.category;
  setup.base = instrument.base;
  setup.quote = instrument.quote;
  setup.tick_size = instrument.tick_size;
  setup.pip_size = instrument.pip_size;
  setup.schedule = instrument.schedule;
  return setup;
}

Market::Market(std::uint64_t seed, std::vector<SymbolSetup> setups) : seed_(seed) {
  for (const SymbolSetup& setup : setups) {
    if (is_rate(setup)) adjust_assets(setup);
  }
  symbols_.reserve(setups.size());
  for (const SymbolSetup& setup : setups) symbols_.push_back(plan(setup));
}

Market::Asset& Market::asset(std::string_view code, Category category) {
  const auto found = std::find_if(assets_.begin(), assets_.end(),
                                  [code](const Asset& asset) { return asset.code == code; });
  if (found != assets_.end()) return *found;
  return assets_.emplace_back(Asset{std::string(code), currency_profile(code, category)});
}

// What an operator says of a pair with USD is said of the other currency.
void Market::adjust_assets(const SymbolSetup& setup) {
  const CurrencyText base(setup.base);
  const CurrencyText quote(setup.quote);
  asset(base.view(), setup.category);
  asset(quote.view(), Category::Forex);
  if (setup.base != kDollar && setup.quote != kDollar) return;
  const bool is_quoted_in_dollars = setup.quote == kDollar;
  AssetProfile& other =
      asset(is_quoted_in_dollars ? base.view() : quote.view(), setup.category).profile;
  if (setup.price) {
    const double price = number(setup.price->raw);
    other.price = is_quoted_in_dollars ? price : 1 / price;
  }
  if (setup.volatility) scale(other, number(setup.volatility->raw));
}

SymbolPlan Market::plan(const SymbolSetup& setup) {
  SymbolPlan plan{.name = setup.symbol,
                  .id = setup.id,
                  .schedule = calendar::Schedule(setup.schedule),
                  .terms = {},
                  .tick = number(setup.tick_size.raw),
                  .tick_raw = setup.tick_size.raw,
                  .has_rollover = setup.schedule.kind != ScheduleSpec::Kind::Always,
                  .seed = seed_of(seed_, setup.symbol)};
  if (is_rate(setup)) {
    plan_rate(setup, plan);
  } else {
    plan_listed(setup, plan);
  }
  if (setup.ticks) plan.ticks = number(setup.ticks->raw);
  if (setup.spread) {
    plan.spread = number(setup.spread->raw) * number(setup.pip_size.raw) / plan.anchor;
  }
  return plan;
}

void Market::plan_rate(const SymbolSetup& setup, SymbolPlan& plan) {
  const CurrencyText base_code(setup.base);
  const CurrencyText quote_code(setup.quote);
  const AssetProfile base = asset(base_code.view(), setup.category).profile;
  const AssetProfile quote = asset(quote_code.view(), Category::Forex).profile;
  plan.anchor = base.price / quote.price;
  plan.spread = (base.spread + quote.spread) * kBasisPoint;
  plan.ticks = std::min(base.ticks, quote.ticks);
  plan.rhythm = base.rhythm;
  add_terms(plan, base_code.view(), base, 1);
  add_terms(plan, quote_code.view(), quote, -1);
  const bool is_dollar_pair = setup.base == kDollar || setup.quote == kDollar;
  if (is_dollar_pair) return;
  if (setup.price) plan.anchor = number(setup.price->raw);
  if (!setup.volatility) return;
  double sum = 0;
  for (const SymbolPlan::Term& term : plan.terms) sum += term.weight * term.weight;
  const double usual = std::sqrt(sum * kYearSeconds);
  if (usual == 0) return;
  for (SymbolPlan::Term& term : plan.terms) {
    term.weight *= number(setup.volatility->raw) / 100 / usual;
  }
}

void Market::plan_listed(const SymbolSetup& setup, SymbolPlan& plan) {
  AssetProfile profile = listed_profile(setup.symbol, setup.category);
  if (setup.price) profile.price = number(setup.price->raw);
  if (setup.volatility) scale(profile, number(setup.volatility->raw));
  plan.anchor = profile.price;
  plan.spread = profile.spread * kBasisPoint;
  plan.ticks = profile.ticks;
  plan.rhythm = profile.rhythm;
  // A path of its own, which no currency of that name shares.
  add_terms(plan, "listed " + setup.symbol, profile, 1);
}

void Market::add_terms(SymbolPlan& plan, std::string_view own, const AssetProfile& profile,
                       double sign) {
  const auto add = [&plan, sign](std::size_t path, double percent) {
    const double weight = sign * percent / 100 / std::sqrt(kYearSeconds);
    const auto found =
        std::find_if(plan.terms.begin(), plan.terms.end(),
                     [path](const SymbolPlan::Term& term) { return term.path == path; });
    if (found == plan.terms.end()) {
      plan.terms.push_back({path, weight});
    } else {
      found->weight += weight;
    }
  };
  for (std::size_t i = 0; i < kFactors; ++i) {
    if (profile.factors[i] != 0) add(path(kFactorNames[i], rhythm_of(i)), profile.factors[i]);
  }
  if (profile.own != 0) add(path(own, profile.rhythm), profile.own);
  std::erase_if(plan.terms, [](const SymbolPlan::Term& term) { return term.weight == 0; });
}

std::size_t Market::path(std::string_view name, Rhythm rhythm) {
  const auto found = std::find_if(paths_.begin(), paths_.end(),
                                  [name](const PathPlan& path) { return path.name == name; });
  if (found != paths_.end()) return static_cast<std::size_t>(found - paths_.begin());
  paths_.push_back({std::string(name), mix(seed_of(seed_, name), 1), rhythm});
  return paths_.size() - 1;
}

}  // namespace tribook::venue::simulated
