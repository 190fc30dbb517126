"""Settings of a Spark that has a handful of rows and lives for some minutes."""

# Interpreting a plan beats compiling it.
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# Java's optimizing compiler does not pay before the end; the cache is that of both compilers.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
