#!/usr/bin/env python3
"""Writes the quickstart's Delta tables with Spark, once; what it wrote is committed.

    pip install pyspark==4.0.5 delta-spark==4.0.1
    python examples/make_quickstart.py [--jars FOLDER]      # FOLDER holds delta-spark_2.13-4.0.1.jar, delta-storage-4.0.1.jar

Every value is computed from row numbers, so the rows are the same on every run (file names and commit times are not).
"""
import argparse
import glob
import os
import shutil

from pyspark.sql import SparkSession

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "quickstart")
arguments = argparse.ArgumentParser()
arguments.add_argument("--jars")
jars = arguments.parse_args().jars

builder = (
    SparkSession.builder.master("local[2]")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.ui.enabled", "false")
)
if jars:
    builder = builder.config("spark.jars", ",".join(sorted(glob.glob(os.path.join(jars, "delta-*.jar")))))
else:
    builder = builder.config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.1")
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")


def fresh(name):
    folder = os.path.join(ROOT, name)
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def run(text):
    return spark.sql(text)


# -- trips: city bikes, one file a month: the table that shows pruning ------------------------------------------------
trips = fresh("trips")
run(f"""
CREATE TABLE delta.`{trips}` (
  trip_id BIGINT, started_at TIMESTAMP, station STRING COMMENT 'where the bike was taken', member BOOLEAN,
  minutes INT, distance_km DECIMAL(6,2), month STRING)
USING delta PARTITIONED BY (month)
COMMENT 'Bike trips of one city, 2025'
TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')""")


def load_trips(months, offset, rows):
    """One commit: `rows` trips a month, one sorted file each."""
    selects = []
    for month in months:
        # More trips in summer, more in the afternoon, members ride shorter.
        count = int(rows * (1.0 + 0.8 * (1 - abs(month - 7) / 6)))
        selects.append(f"""
        SELECT CAST({offset + month * 100000} + id AS BIGINT) AS trip_id,
          timestamp_seconds(unix_timestamp(TIMESTAMP '2025-{month:02d}-01 00:00:00')
            + CAST(id * 27 * 86400 / {count} AS BIGINT) + (hash(id, {month}) & 32767)) AS started_at,
          element_at(array('Harbour','Old Town','Station','University','Zoo','Airport'), CAST(1 + pmod(hash(id, 'at', {month}), 6) AS INT)) AS station,
          pmod(hash(id, 'm'), 10) < 6 AS member,
          CAST(4 + pmod(hash(id, 'd'), 40) + {abs(7 - month)} AS INT) AS minutes,
          CAST(0.6 + pmod(hash(id, 'k'), 900) / 100.0 AS DECIMAL(6,2)) AS distance_km,
          '2025-{month:02d}' AS month
        FROM range({count})""")
    frame = spark.sql(" UNION ALL ".join(selects)).repartition("month").sortWithinPartitions("started_at")
    frame.write.format("delta").mode("append").save(trips)


load_trips([1, 2, 3], 0, 700)
load_trips([4, 5, 6], 0, 700)
load_trips([7, 8, 9], 0, 700)
load_trips([10, 11, 12], 0, 700)
# Test rides of the mechanics, marked as deleted by deletion vectors.
run(f"DELETE FROM delta.`{trips}` WHERE minutes = 11 AND station = 'Station'")

# -- sales.orders: a small shop whose orders keep changing: time travel -------------------------------------------------
orders = fresh("sales/orders")
run(f"""
CREATE TABLE delta.`{orders}` (
  order_id BIGINT, customer_id INT, ordered_on DATE, region STRING, status STRING, amount DECIMAL(10,2))
USING delta PARTITIONED BY (region)
COMMENT 'Orders of the shop'
TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true')""")


def load_orders(first, count, day):
    run(f"""
    INSERT INTO delta.`{orders}`
    SELECT {first} + id, CAST(1 + pmod(hash(id, {first}), 400) AS INT), date_add(DATE '{day}', CAST(id * 30 / {count} AS INT)),
      element_at(array('north','south','east','west'), CAST(1 + pmod(hash(id, 'r', {first}), 4) AS INT)), 'open',
      CAST(5 + pmod(hash(id, 'a', {first}), 24000) / 100.0 AS DECIMAL(10,2))
    FROM range({count})""")


load_orders(1, 1500, "2025-09-01")
load_orders(1501, 1800, "2025-10-01")
run(f"UPDATE delta.`{orders}` SET status = 'shipped' WHERE ordered_on < DATE '2025-10-01'")
load_orders(3301, 2100, "2025-11-01")
run(f"DELETE FROM delta.`{orders}` WHERE status = 'open' AND pmod(order_id, 17) = 0")
run(f"""
MERGE INTO delta.`{orders}` AS t
USING (SELECT order_id, amount FROM delta.`{orders}` WHERE region = 'west' AND pmod(order_id, 9) = 0) AS s
ON t.order_id = s.order_id
WHEN MATCHED THEN UPDATE SET amount = CAST(t.amount * 0.9 AS DECIMAL(10,2)), status = 'discounted'""")

# -- sales.customers: a column arrives later ---------------------------------------------------------------------------
customers = fresh("sales/customers")
run(f"""
CREATE TABLE delta.`{customers}` (customer_id INT, name STRING, city STRING) USING delta
TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5')""")
run(f"""
INSERT INTO delta.`{customers}`
SELECT CAST(id + 1 AS INT), concat('Customer ', lpad(CAST(id + 1 AS STRING), 3, '0')),
  element_at(array('Aarhus','Bergen','Cork','Delft','Évora'), CAST(1 + pmod(hash(id), 5) AS INT)) FROM range(300)""")
run(f"ALTER TABLE delta.`{customers}` ADD COLUMN (tier STRING COMMENT 'null before the programme began')")
run(f"""
INSERT INTO delta.`{customers}`
SELECT CAST(id + 1 AS INT), concat('Customer ', lpad(CAST(id + 1 AS STRING), 3, '0')),
  element_at(array('Aarhus','Bergen','Cork','Delft','Évora'), CAST(1 + pmod(hash(id), 5) AS INT)),
  CASE WHEN pmod(id, 3) = 0 THEN 'gold' ELSE 'blue' END FROM range(300, 400)""")
run(f"ALTER TABLE delta.`{customers}` RENAME COLUMN city TO home_city")

# Hadoop's side files mean nothing to a reader of the log.
for folder in (trips, orders, customers):
    for file in glob.glob(os.path.join(folder, "**", ".*.crc"), recursive=True):
        os.remove(file)
spark.stop()
