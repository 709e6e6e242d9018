"""What a real local Spark answers, for the tests that compare with it.

Reads one JSON value a line from standard input, `{"id": …, "sql": …}` with optional `"settings": {key: value}` that hold from
then on, and writes one a line: `{"id", "types", "names", "rows", "seconds"}`, or `{"id", "error", "sqlstate", "message"}`.
`parse: true` asks for the plan of the text instead: `{"id", "plan"}`; `{"checksum": path}` whether a Delta table's checksum file
tells the truth: `{}`, or the error; `{"checkpoint": path}` writes a checkpoint. Values are written as kernel/sql/corpus/README.md says.
Needs pyspark (sparkProcess.ts provides it). With Delta's jars in LAKEBOOK_SPARK_JARS it reads and writes Delta tables too;
LAKEBOOK_SPARK_CONF is a JSON object of further settings.
"""
import decimal
import json
import math
import os
import sys
import tempfile
import time

os.environ['TZ'] = 'UTC'
os.environ.setdefault('SPARK_LOCAL_IP', '127.0.0.1')
os.environ.setdefault('PYSPARK_PYTHON', sys.executable)
from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql import types as T  # noqa: E402

DELTA = {
    'spark.jars': os.environ.get('LAKEBOOK_SPARK_JARS', ''),
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
}


def open_spark():
    """A session on two threads, ANSI on, zone UTC, without code generation unless asked for: errors then come from one place."""
    work = tempfile.mkdtemp(prefix='lakebook-spark-')
    builder = SparkSession.builder.master('local[2]').appName('lakebook')
    settings = {
        'spark.ui.enabled': 'false',
        'spark.driver.memory': '3g',
        'spark.driver.host': '127.0.0.1',
        'spark.driver.bindAddress': '127.0.0.1',
        'spark.sql.session.timeZone': 'UTC',
        'spark.sql.ansi.enabled': 'true',
        'spark.sql.shuffle.partitions': '1',
        'spark.sql.codegen.wholeStage': 'false',
        'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
        'spark.sql.warehouse.dir': os.path.join(work, 'warehouse'),
        'spark.databricks.delta.snapshotPartitions': '1',
        'spark.driver.extraJavaOptions': '-Duser.timezone=UTC -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dderby.system.home=' + work,
        'spark.sql.scripting.enabled': 'true',
        **(DELTA if os.environ.get('LAKEBOOK_SPARK_JARS') else {}),
        **json.loads(os.environ.get('LAKEBOOK_SPARK_CONF') or '{}'),
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel(os.environ.get('LAKEBOOK_SPARK_LOG', 'OFF'))
    return spark


def encode(kind, value):
    """A Python value of a Spark type, as the cases write it."""
    if value is None:
        return None
    if isinstance(kind, T.BooleanType):
        return bool(value)
    if isinstance(kind, (T.ByteType, T.ShortType, T.IntegerType)):
        return int(value)
    if isinstance(kind, T.LongType):
        return str(value)
    if isinstance(kind, T.DecimalType):
        return format(decimal.Decimal(value), 'f')
    if isinstance(kind, T.FloatType):
        return encode_float(value, single=True)
    if isinstance(kind, T.DoubleType):
        return encode_float(value)
    if isinstance(kind, T.BinaryType):
        return bytes(value).hex()
    if isinstance(kind, T.DateType):
        return value.isoformat()
    if isinstance(kind, (T.TimestampType, T.TimestampNTZType)):
        return value.replace(tzinfo=None, microsecond=0).isoformat() + f'.{value.microsecond:06d}' + ('Z' if isinstance(kind, T.TimestampType) else '')
    if isinstance(kind, T.ArrayType):
        return [encode(kind.elementType, item) for item in value]
    if isinstance(kind, T.MapType):
        return [[encode(kind.keyType, key), encode(kind.valueType, item)] for key, item in value.items()]
    if isinstance(kind, T.StructType):
        return [encode(field.dataType, value[index]) for index, field in enumerate(kind.fields)]
    if isinstance(kind, T.VariantType):
        # Python's own text of a variant is not Spark's
        jvm = SparkSession.getActiveSession()._jvm
        return jvm.org.apache.spark.types.variant.Variant(bytearray(value.value), bytearray(value.metadata)).toJson(jvm.java.time.ZoneId.of('UTC'))
    if isinstance(kind, T.DayTimeIntervalType):
        return str((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds)
    return str(value)


def encode_float(value, single=False):
    if math.isnan(value):
        return 'NaN'
    if math.isinf(value):
        return 'Infinity' if value > 0 else '-Infinity'
    if not single:
        return value
    import struct
    for digits in range(1, 17):
        text = float(f'{value:.{digits}g}')
        if struct.pack('f', text) == struct.pack('f', value):
            return text
    return value


def answer(spark, sql):
    """Types, names and rows of a statement, or its error."""
    try:
        frame = spark.sql(sql)
        types = [field.dataType().simpleString() for field in frame._jdf.schema().fields()]
        names = list(frame._jdf.columns())
        if unreadable(types):
            return {'types': types, 'names': names, 'rows': text_rows(frame, types)}
        rows = [[encode(field.dataType, row[index]) for index, field in enumerate(frame.schema.fields)] for row in frame.collect()]
        return {'types': types, 'names': names, 'rows': rows}
    except Exception as error:  # noqa: BLE001
        return error_of(error)


def unreadable(types):
    return any('interval year' in name or 'interval month' in name or name == 'interval' or name == 'variant' for name in types)


def text_rows(frame, types):
    """Month intervals as months, variants as JSON, calendar intervals as text; everything else by the usual way."""
    from pyspark.sql import functions as F
    columns = []
    for index, name in enumerate(types):
        column = F.col('c%d' % index)
        if name in ('interval year', 'interval month', 'interval year to month'):
            column = F.expr("cast(cast(c%d as interval month) as int)" % index)
        elif name == 'variant':
            column = F.expr('to_json(c%d)' % index)
        elif unreadable([name]):
            column = F.expr('cast(c%d as string)' % index)
        columns.append(column.alias('c%d' % index))
    frame = frame.toDF(*['c%d' % index for index in range(len(types))]).select(*columns)
    kinds = frame.schema.fields
    rows = frame.collect()
    texts = []
    for row in rows:
        values = [encode(field.dataType, row[index]) for index, field in enumerate(kinds)]
        texts.append([str(value) if value is not None and types[index].startswith('interval') else value for index, value in enumerate(values)])
    return texts


def delta_log(spark, table):
    """Read anew."""
    jvm = spark._jvm
    jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()
    return jvm, jvm.org.apache.spark.sql.delta.DeltaLog.forTable(spark._jsparkSession, table)


def write_checkpoint(spark, table):
    try:
        jvm, log = delta_log(spark, table)
        log.checkpoint(log.update(False, jvm.scala.Option.empty(), jvm.scala.Option.empty()), jvm.scala.Option.empty())
        return {}
    except Exception as error:  # noqa: BLE001
        return error_of(error)


def checksum_fault(spark, table):
    try:
        jvm, log = delta_log(spark, table)
        snapshot = log.update(False, jvm.scala.Option.empty(), jvm.scala.Option.empty())
        if snapshot.checksumOpt().isEmpty():
            return {'error': 'NO_CHECKSUM', 'message': 'there is no checksum file of version %d' % snapshot.version()}
        snapshot.validateChecksum(jvm.PythonUtils.toScalaMap({}))
        return {}
    except Exception as error:  # noqa: BLE001
        return error_of(error)


def error_of(error):
    condition = getattr(error, 'getCondition', None) or getattr(error, 'getErrorClass', None)
    code = condition() if condition else None
    state = error.getSqlState() if hasattr(error, 'getSqlState') else None
    message = str(error)
    if code is None:
        import re
        found = re.search(r'\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\] ', message)
        code = found.group(1) if found else type(error).__name__
        found = re.search(r'SQLSTATE: (\w{5})', message)
        state = state or (found.group(1) if found else None)
    lines = [line for line in message.splitlines() if line.strip()]
    first = next((line for line in lines if '[' + str(code) + ']' in line), lines[0] if lines else '')
    first = first[first.find('[' + str(code) + ']'):] if '[' + str(code) + ']' in first else first
    return {'error': code, 'sqlstate': state, 'message': first}


def main():
    spark = open_spark()
    print(json.dumps({'ready': spark.version}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        asked = json.loads(line)
        for key, value in (asked.get('settings') or {}).items():
            spark.conf.set(key, value)
        if asked.get('checksum'):
            given = checksum_fault(spark, asked['checksum'])
        elif asked.get('checkpoint'):
            given = write_checkpoint(spark, asked['checkpoint'])
        elif asked.get('parse'):
            try:
                given = {'plan': spark._jsparkSession.sessionState().sqlParser().parsePlan(asked['sql']).toString()}
            except Exception as error:  # noqa: BLE001
                given = error_of(error)
        else:
            started = time.perf_counter()
            given = answer(spark, asked['sql'])
            given['seconds'] = time.perf_counter() - started
        print(json.dumps({'id': asked.get('id'), **given}, ensure_ascii=False), flush=True)


if __name__ == '__main__':
    main()
