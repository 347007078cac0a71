using System.Globalization;
using System.Text;
using HubertSharp.Audio;
using HubertSharp.Corpora.Formats.Shards;
using HubertSharp.Runs;
using Parquet;
using Parquet.Schema;

namespace HubertSharp.Tests.Corpora.Formats.Shards;

public class ParquetFormatTests
{
    [Fact]
    public void A_data_set_of_Hugging_Face_becomes_files_with_texts_and_speakers()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("x/a.wav", 0.5);
        corpus.Sound("x/b.flac", 0.6);
        var (wav, flac) = (Take(corpus, "x/a.wav"), Take(corpus, "x/b.flac"));
        Directory.Delete(corpus.At("in", "x"));
        Write(corpus, "data/train-00000-of-00001.parquet", ([wav, null, flac], ["a.wav", "gone.wav", null], ["你 好", "NO", "two\nlines"]));
        Write(corpus, "data/validation-00000-of-00001.parquet", ([wav], ["../../a.wav"], [null]));
        var report = corpus.Build();
        Assert.Equal("parquet", report.Format);
        Assert.Equal(["train/a.wav", "train/train-00000-of-00001_000003.flac"], corpus.Manifest().Entries.Select(e => e.RelativePath));
        Assert.Equal(["valid/a.wav"], corpus.Manifest("valid").Entries.Select(e => e.RelativePath));
        Assert.Equal(sound, AudioFile.Read(corpus.Manifest().FullPath(0)));
        Assert.Equal(["你 好", "two lines"], corpus.Words());
        Assert.Equal("speaker\tlanguage\ttrain_s\tvalid_s\ttest_s\n7\t\t1.1\t0.5\t0.0\n", corpus.Speakers());
        Assert.Equal(["data/train-00000-of-00001.parquet: row 2"], report.Skipped.Select(s => s.File));
        Assert.Contains("no audio in the row (found only the name 'gone.wav'); fetch the data set with the audio in it",
            report.Skipped[0].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_one_line()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        Write(corpus, "t.parquet", ([Take(corpus, "a.wav")], ["a.wav"], ["ONE"]));
        var whole = File.ReadAllBytes(corpus.At("in", "t.parquet"));
        string? Fault(byte[] bytes)
        {
            File.WriteAllBytes(corpus.At("in", "t.parquet"), bytes);
            try
            {
                corpus.Build("parquet");
                return null;
            }
            catch (UserException e)
            {
                return e.Message;
            }
        }

        Assert.Contains("t.parquet: not a Parquet file, or a damaged one (found another end)", Fault(whole[..^4]),
            StringComparison.Ordinal);
        Assert.Contains("(found a shorter file)", Fault(whole[..7]), StringComparison.Ordinal);
        Assert.Contains("bytes); fetch it again", Fault([.. whole[..^8], 255, 255, 255, 127, .. "PAR1"u8]), StringComparison.Ordinal);
        var random = new Random(1);
        for (var i = 0; i < 150; i++)
        {
            var bytes = whole.ToArray();
            bytes[whole.Length - 9 - random.Next(800)] ^= (byte)random.Next(1, 256); // most of it in the description
            if (Fault(bytes) is { } fault)
                Assert.DoesNotContain('\n', fault);
        }
    }

    [Fact]
    public async Task A_file_without_audio_says_which_columns_it_has()
    {
        using var corpus = new MadeCorpus();
        var text = new DataField<string>("sentence");
        Directory.CreateDirectory(corpus.In);
        using (var file = File.Create(corpus.At("in", "t.parquet")))
        {
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text), file);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, new[] { "ONE" });
            group.CompleteValidate();
        }
        Assert.Contains("no column of audio (expected a column such as audio {bytes, path}, found sentence)", corpus.Fault(),
            StringComparison.Ordinal);
    }

    // tests/fixtures/parquet: row n of the same table, from 0, written by Arrow's C++ library as pyarrow writes it
    [Theory]
    [InlineData("datasets", 10)]
    [InlineData("large", 10)]
    [InlineData("pages", 25)]
    public void What_Arrow_writes_is_read(string name, int rows)
    {
        using var table = ParquetTable.Open(Arrow(name));
        var read = table.Rows(TestContext.Current.CancellationToken).ToArray();
        Assert.Equal(rows, read.Length);
        for (var n = 0; n < rows; n++)
        {
            var (row, isNull, hasBytes) = (read[n], n % 5 == 3, n % 5 is not (1 or 3));
            Assert.Equal(n + 1, row.Number);
            Assert.Equal(hasBytes ? $"sound {n % 6}" : null, row.Audio is null ? null : Encoding.ASCII.GetString(row.Audio));
            Assert.Equal(isNull ? null : $"clip_{n}.wav", row.Path);
            Assert.Equal(n % 7 == 2 ? null : $"這是 sentence {n % 3}", row.Cells.GetValueOrDefault("sentence"));
            Assert.Equal((n % 2 == 0 ? "1000" : "1001", n % 2 == 0 ? "female" : "male"), (row.Cells["speaker_id"], row.Cells["gender"]));
            Assert.Equal(n / 4.0, double.Parse(row.Cells["duration"], CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void An_encoding_that_the_library_stumbles_over_is_named()
    {
        using var table = ParquetTable.Open(Arrow("delta"));
        var fault = Assert.Throws<UserException>(() => { _ = table.Rows(TestContext.Current.CancellationToken).Count(); });
        Assert.EndsWith("delta.parquet: the column sentence cannot be read (expected PLAIN or a dictionary, found DELTA_BYTE_ARRAY); "
            + "write it anew, for example with pyarrow's write_table(read_table(OLD), NEW)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_lie_below_configurations_and_splits()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        var wav = Take(corpus, "a.wav");
        Write(corpus, "clean/train.100/0000.parquet", ([wav], ["a.wav"], ["ONE"]));
        Write(corpus, "clean/validation/0000.parquet", ([wav], ["b.wav"], ["TWO"]));
        Assert.Equal("parquet", corpus.Build().Format);
        Assert.Equal(["train/a.wav"], Paths("train"));
        Assert.Equal(["valid/b.wav"], Paths("valid"));
        string[] Paths(string part) => [.. corpus.Manifest(part).Entries.Select(e => e.RelativePath)];
    }

    private static string Arrow(string name) => Path.Combine(Fixtures.RepositoryRoot(), "tests", "fixtures", "parquet", $"{name}.parquet");

    private static byte[] Take(MadeCorpus corpus, string name)
    {
        var bytes = File.ReadAllBytes(corpus.At("in", name));
        File.Delete(corpus.At("in", name));
        return bytes;
    }

    private static void Write(MadeCorpus corpus, string name, (byte[]?[] Bytes, string?[] Paths, string?[] Texts) rows) =>
        MadeParquet.Write(corpus.At("in", name), rows.Bytes, rows.Paths, rows.Texts);
}
