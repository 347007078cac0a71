using System.Globalization;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace HubertSharp.Corpora.Formats.Shards;

/// <summary>One row of a Parquet file: a recording and the plain columns beside it.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Audio">The recording's bytes, or null.</param>
/// <param name="Path">The name that it had as a file, or null.</param>
/// <param name="Cells">Column → value, names in lower case.</param>
internal sealed record ParquetRow(long Number, byte[]? Audio, string? Path, Dictionary<string, string> Cells);

/// <summary>
/// Parquet files as Hugging Face data sets have them: a struct <c>{bytes, path}</c> for the audio, and columns of text and numbers. Read
/// one row group after the other; what a group promises is held against the file before it is read.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private const int MostRows = 1 << 20; // of a row group; data sets have 100 to 1000
    private const int MostFooterBytes = 64 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // with one row group; data sets have megabytes in it
    private readonly string _path;
    private readonly FileStream _file;
    private readonly ParquetReader _reader;

    private ParquetTable(string path, FileStream file, ParquetReader reader) => (_path, _file, _reader) = (path, file, reader);

    /// <exception cref="UserException">No Parquet file.</exception>
    public static ParquetTable Open(string path)
    {
        var file = RegularFile.OpenRead(path, bufferSize: 1 << 16);
        try
        {
            CheckEnds(path, file);
            return new ParquetTable(path, file, Guarded(path, () => ParquetReader.CreateAsync(file, leaveStreamOpen: true)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rows in their order.</summary>
    /// <exception cref="UserException">No column of audio, or a file that is damaged.</exception>
    public IEnumerable<ParquetRow> Rows(CancellationToken cancellation)
    {
        var columns = Guarded(_path, () => Task.FromResult(_reader.Schema.DataFields.Where(f => f.MaxRepetitionLevel == 0).ToArray()));
        var audio = columns.FirstOrDefault(IsAudio) ?? throw LayoutFaults.NoAudioColumn(_path, [.. columns.Select(f => Name(f))]);
        var struct_ = Name(audio).Contains('.', StringComparison.Ordinal) ? Name(audio)[..Name(audio).LastIndexOf('.')] : null;
        var number = 0L;
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var rows = Guarded(_path, () => Task.FromResult(_reader.OpenRowGroupReader(group)));
            var count = Checked(rows, columns);
            var bytes = Read<ReadOnlyMemory<byte>, byte[]>(rows, audio, count, bytes => bytes.ToArray());
            var cells = columns.Where(f => f != audio).Select(f => (Name: Name(f), Values: Texts(rows, f, count)))
                .Where(c => c.Values is not null).ToArray();
            for (var i = 0; i < count; i++)
            {
                var row = cells.Where(c => c.Values![i] is not null).DistinctBy(c => c.Name.ToLowerInvariant())
                    .ToDictionary(c => c.Name.ToLowerInvariant(), c => c.Values![i]!, StringComparer.Ordinal);
                yield return new ParquetRow(++number, bytes[i], struct_ is null ? null : row.GetValueOrDefault($"{struct_}.path"), row);
                bytes[i] = null;
            }
        }
    }

    public void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
    }

    private static string Name(DataField field) => string.Join('.', field.Path.ToList()).ToLowerInvariant();

    private static bool IsAudio(DataField field) => field.ClrType == typeof(ReadOnlyMemory<byte>)
        && Name(field) is var name
        && (name.EndsWith(".bytes", StringComparison.Ordinal) || name is "audio" or "bytes" or "wav" or "flac" or "mp3");

    private static void CheckEnds(string path, FileStream file)
    {
        Span<byte> end = stackalloc byte[8];
        if (file.Length < 12)
            throw LayoutFaults.NoParquet(path, "a shorter file");
        RandomAccess.Read(file.SafeFileHandle, end, file.Length - 8);
        if (!end[4..].SequenceEqual("PAR1"u8))
            throw LayoutFaults.NoParquet(path, "another end");
        if (BitConverter.ToInt32(end) is var footer && (footer <= 0 || footer > MostFooterBytes || footer > file.Length - 12))
            throw LayoutFaults.NoParquet(path, $"a description of {footer} bytes");
        var description = new byte[footer];
        RandomAccess.Read(file.SafeFileHandle, description, file.Length - 8 - footer);
        if (!ThriftShape.IsWhole(description))
            throw LayoutFaults.NoParquet(path, "a description that has no end");
    }

    private int Checked(ParquetRowGroupReader rows, IEnumerable<DataField> columns)
    {
        var most = TakenOut.MostBytes * 4;
        foreach (var column in columns)
        {
            var about = Guarded(_path, () => Task.FromResult(rows.GetMetadata(column)?.MetaData));
            if (about is null || about.TotalCompressedSize < 0 || about.TotalCompressedSize > _file.Length
                || about.TotalUncompressedSize < 0 || about.TotalUncompressedSize > most || about.NumValues != rows.RowCount)
                throw LayoutFaults.NoParquet(_path, $"a column {PrintableText.Of(Name(column))} that cannot be");
        }
        return rows.RowCount is >= 0 and <= MostRows
            ? (int)rows.RowCount
            : throw LayoutFaults.NoParquet(_path, $"{rows.RowCount} rows in a group");
    }

    // texts and numbers; dates, lists and the like are nothing that is asked for
    private string?[]? Texts(ParquetRowGroupReader rows, DataField field, int count)
    {
        if (field.ClrType == typeof(ReadOnlyMemory<char>))
            return Read<ReadOnlyMemory<char>, string>(rows, field, count, text => text.ToString());
        return field.ClrType == typeof(long) ? Read<long, string>(rows, field, count, Text)
            : field.ClrType == typeof(int) ? Read<int, string>(rows, field, count, Text)
            : field.ClrType == typeof(double) ? Read<double, string>(rows, field, count, Text)
            : field.ClrType == typeof(float) ? Read<float, string>(rows, field, count, Text)
            : null;
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>
    /// A column with its nulls. Parquet.Net 6.1 puts the values of a nullable member of a struct side by side, as if none were null, and
    /// leaves others behind them: so the levels are read with the values, and say whose they are. Of its encodings one stumbles over texts
    /// that repeat, <c>DELTA_BYTE_ARRAY</c>, which few programs write unasked.
    /// </summary>
    private TResult?[] Read<T, TResult>(ParquetRowGroupReader rows, DataField field, int count, Func<T, TResult> copy)
        where T : struct
        where TResult : class
    {
        var (values, levels, isNullable) = (new T[count], new int[count], field.MaxDefinitionLevel > 0);
        Memory<int>? told = isNullable ? levels.AsMemory() : (Memory<int>?)null;
        try
        {
            Guarded(_path, async () =>
            {
                await rows.ReadRawAsync<T>(field, values.AsMemory(), told, null).ConfigureAwait(false);
                return true;
            });
        }
        catch (UserException e) when (rows.GetMetadata(field)?.MetaData?.Encodings?.Contains(Encoding.DELTA_BYTE_ARRAY) == true)
        {
            throw LayoutFaults.ParquetEncoding(_path, Name(field), nameof(Encoding.DELTA_BYTE_ARRAY), e);
        }
        var (result, next) = (new TResult?[count], 0);
        for (var i = 0; i < count; i++)
        {
            if (!isNullable || levels[i] == field.MaxDefinitionLevel)
                result[i] = copy(values[next++]);
        }
        return result;
    }

    // whatever the library makes of a damaged file is a fault of the file, an array that no memory holds and a loop without end included
    private static T Guarded<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return Task.Run(read).WaitAsync(s_patience).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (UserException or OperationCanceledException))
        {
            throw LayoutFaults.NoParquet(path, PrintableText.Of(e), e);
        }
    }
}
