// Compiled once for all test programs: Catch's implementation is the slow part of a test build.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
