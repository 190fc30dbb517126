"""Settings of a Spark that has a handful of rows and lives for some minutes."""

# Interpreting a plan beats compiling it, and planning once beats planning each stage anew.
INTERPRETED = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
}
# Java's optimizing compiler does not pay before the end; the cache is that of both compilers. On
# few cores, one thread collects garbage soonest.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
