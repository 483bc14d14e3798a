#include "gateway/site/site.h"

namespace tribook::site {

const Site& embedded_site() {
  static const Site site(embedded_assets());
  return site;
}

}  // namespace tribook::site
