using System.IO.Compression;
using System.Text;
using HubertSharp.LanguageModels;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Runs;

namespace HubertSharp.Tests.LanguageModels.Training;

public sealed class NgramTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 4)]
    public void A_model_is_what_the_definitions_give(int order, int seed)
    {
        var lines = Made(seed, 300, 30);
        var report = NgramTrainer.Run(Options(lines) with { Order = order });
        ArpaText.Equal(new NaiveKneserNey(lines, order, Discounts.Fallback).Model(), ArpaText.Read(report.Model), 2e-6);
        Assert.Equal(lines.Length, report.Sentences);
    }

    [Fact]
    public void Memory_does_not_change_the_model()
    {
        var lines = Made(5, 6_000, 900);
        var small = NgramTrainer.Run(Options(lines) with { MemoryBytes = 1 << 20, OutputPath = _folder.At("small.arpa") });
        var large = NgramTrainer.Run(Options(lines) with { OutputPath = _folder.At("large.arpa") });
        Assert.True(File.ReadAllBytes(small.Model).AsSpan().SequenceEqual(File.ReadAllBytes(large.Model)));
        Assert.Equal(large.Orders, small.Orders);
        Assert.Equal(["large.arpa", "small.arpa", "text.txt"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Probabilities_of_all_words_add_up_behind_every_history(bool isMixed, long prune)
    {
        var lines = Made(7, 400, 40);
        NgramTrainer.Run(Options(lines) with { InterpolateUnigrams = isMixed, Prune = [0, prune, prune] });
        using var model = NgramModel.Open(_folder.At("lm.arpa"));
        foreach (var line in lines.Take(40))
        {
            var state = model.Start;
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend(""))
            {
                if (word.Length > 0)
                    model.Score(state, model.Find(word), out state);
                var sum = Enumerable.Range(0, model.WordCount).Where(w => w != model.BeginOfSentence)
                    .Sum(w => Math.Pow(10, model.Score(state, w, out _)));
                Assert.Equal(1, sum, 2e-5);
            }
        }
    }

    [Fact]
    public void Packed_and_binary_models_are_the_same_model()
    {
        var lines = Made(9, 200, 50);
        NgramTrainer.Run(Options(lines));
        NgramTrainer.Run(Options(lines) with { OutputPath = _folder.At("lm.arpa.gz") });
        NgramTrainer.Run(Options(lines) with { OutputPath = _folder.At("lm.bin"), Binary = true });
        using var packed = new GZipStream(File.OpenRead(_folder.At("lm.arpa.gz")), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        packed.CopyTo(unpacked);
        Assert.Equal(File.ReadAllBytes(_folder.At("lm.arpa")), unpacked.ToArray());
        using var binary = NgramModel.Open(_folder.At("lm.bin"));
        ModelFile.Write(binary, _folder.At("back.arpa"), isBinary: false);
        ArpaText.Equal(ArpaText.Read(_folder.At("lm.arpa")), ArpaText.Read(_folder.At("back.arpa")), 0);
    }

    [Theory]
    [InlineData("Char", "今天 OK\n", "今 天 O K")]
    [InlineData("Char", "今\u3000天\u200b氣\n", "今 天 氣")]
    [InlineData("Letter", "IT IS\n", "I T | I S |")]
    [InlineData("Letter", "IT\u00ad IS\n", "I T | I S |")]
    [InlineData("Word", "  IT\tIS \r\n", "IT IS")]
    public void Units_part_the_text(string unit, string text, string expected) =>
        Assert.Equal(expected, Parted(new NgramUnits(Enum.Parse<NgramUnit>(unit)), text));

    [Fact]
    public void A_word_list_parts_text_without_blanks_by_the_longest_words() => Assert.Equal("今天 天氣 好 OK",
        Parted(new NgramUnits(NgramUnit.Word, new HashSet<string>(["今天", "天氣", "天", "OK"])), "今天天氣好 OK"));

    [Theory]
    [InlineData("a b\n", 3, null, "the discount")]
    [InlineData("a <s> b\n", 3, null, "text.txt:1: a word that has its own meaning in the model")]
    [InlineData("a \ud800\n", 3, null, null)] // written as U+FFFD
    [InlineData("\n\n", 3, null, "no word in the texts")]
    [InlineData("a b\n", 0, null, "--order is out of range (expected 1 to 16, found 0)")]
    [InlineData("a b\n", 17, null, "--order is out of range")]
    [InlineData("a b\n", 3, new long[] { 1 }, "--prune is out of range")]
    [InlineData("a b\n", 3, new long[] { 0, 2, 1 }, "--prune is out of range")]
    [InlineData("a b\n", 2, new long[] { 0, 1, 1 }, "--prune is out of range")]
    public void What_cannot_be_trained_is_one_line(string text, int order, long[]? prune, string? expected)
    {
        _folder.Write("text.txt", text);
        var fault = Assert.Throws<UserException>(() => NgramTrainer.Run(Options(null) with
        {
            Order = order,
            Prune = prune ?? [],
            DiscountFallback = null,
        }));
        Assert.Contains(expected ?? "--discount-fallback", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.False(File.Exists(_folder.At("lm.arpa")));
    }

    /// <summary>What is trained can be read again: the longest word that is taken, as often as it fits into an n-gram.</summary>
    [Fact]
    public void A_word_that_no_model_file_holds_is_refused_at_once()
    {
        var longest = new string('x', TextLines.MaximumWordBytes);
        var options = Options(null) with { Order = 3, DiscountFallback = Discounts.Fallback };
        _folder.Write("text.txt", $"{longest} {longest} {longest}\na b\n");
        NgramTrainer.Run(options);
        using (var model = NgramModel.Open(options.OutputPath))
            Assert.NotEqual(0, model.Find(longest));
        _folder.Write("text.txt", $"a b\n{longest}x\n");
        Assert.Contains("text.txt:2: a word that is too long for a language model",
            Assert.Throws<UserException>(() => NgramTrainer.Run(options)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Parted(NgramUnits units, string text)
    {
        var words = new List<string>();
        units.Part(Encoding.UTF8.GetBytes(text.TrimEnd('\n')), word => words.Add(Encoding.UTF8.GetString(word)));
        return string.Join(' ', words);
    }

    private LmTrainingOptions Options(string[]? lines)
    {
        if (lines is not null)
            _folder.Write("text.txt", string.Concat(lines.Select(l => l + "\n")));
        return new LmTrainingOptions
        {
            Texts = [_folder.At("text.txt")],
            OutputPath = _folder.At("lm.arpa"),
            DiscountFallback = Discounts.Fallback,
        };
    }

    /// <summary>Sentences whose words come with Zipf's frequencies, an empty one now and then.</summary>
    private static string[] Made(int seed, int sentences, int words)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, sentences).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(0, 12))
                .Select(_ => $"w{(int)Math.Pow(words, random.NextDouble())}"))),
        ];
    }
}
