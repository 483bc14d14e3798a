// Boost.URL from its headers, compiled once.
#include <boost/url/src.hpp>
