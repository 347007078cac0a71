using HubertSharp.LanguageModels;
using HubertSharp.Runs;

namespace HubertSharp.Tests.LanguageModels;

public sealed class BinaryModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. KenLmScores.ByModel().Select(m => m.Key)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Sentences_score_as_in_KenLM(string name)
    {
        using var model = NgramModel.Open(Binary(name));
        foreach (var sentence in KenLmScores.ByModel().Single(m => m.Key == name))
            NgramModelTests.Check(model, sentence);
    }

    [Fact]
    public void Whatever_byte_is_damaged_it_is_found()
    {
        var bytes = File.ReadAllBytes(Binary(KenLmScores.ByModel().First().Key));
        var random = new Random(1);
        foreach (var at in Enumerable.Range(8, 400).Concat(Enumerable.Range(0, 200).Select(_ => random.Next(8, bytes.Length))))
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            Refused(damaged, "is damaged");
        }
        foreach (var length in new[] { 8, 9, 100, bytes.Length / 2, bytes.Length - 1 })
            Refused(bytes[..length], "is damaged");
        Refused([.. bytes, 0], "is damaged");
    }

    [Fact]
    public void Nothing_is_read_behind_the_end_of_its_life()
    {
        var model = NgramModel.Open(Binary(KenLmScores.ByModel().First().Key));
        model.Dispose();
        Assert.ThrowsAny<Exception>(() => model.Score(NgramModel.Empty, 1, out _));
    }

    public void Dispose() => _folder.Dispose();

    private string Binary(string name)
    {
        var path = _folder.At($"{name}.bin");
        using var model = NgramModel.Open(KenLmScores.PathOf(name));
        ModelFile.Write(model, path, isBinary: true);
        return path;
    }

    private void Refused(byte[] bytes, string expected)
    {
        var path = _folder.At("damaged.bin");
        File.WriteAllBytes(path, bytes);
        Assert.Contains(expected, Assert.Throws<UserException>(() => NgramModel.Open(path).Dispose()).Message, StringComparison.Ordinal);
    }
}
