using HubertSharp.Corpora.Formats;

namespace HubertSharp.Tests.Corpora.Formats;

/// <summary>The files of a corpus as they are packed.</summary>
public class SpeechFilesTests
{
    private static readonly string[] s_odd =
        ["", "a", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffee", "\U00010000", "\U0010ffff"];

    [Fact]
    public void They_stand_in_ordinal_order_of_their_paths_and_are_read_as_they_were()
    {
        var random = new Random(7);
        SpeechFile[] files =
        [
            .. Enumerable.Range(0, 4000).Select(i => new SpeechFile(
                $"{Odd()}{Odd()}/{Odd()}{random.Next(500)}.wav", random.Next(3) == 0 ? null : $"words {Odd()} {i}",
                random.Next(3) == 0 ? null : "train", random.Next(3) == 0 ? null : "zh", random.Next(3) == 0 ? null : $"speaker{i % 50}")
            {
                ToldSeconds = random.Next(3) == 0 ? null : i / 7.0,
            }),
        ];
        var packed = SpeechFiles.Of(files);
        Assert.Equal(files.OrderBy(file => file.RelativePath, StringComparer.Ordinal), packed);
        Assert.All(files, file => Assert.True(packed.Contains(file.RelativePath)));
        Assert.All(files, file => Assert.False(packed.Contains(file.RelativePath + "x")));

        string Odd() => s_odd[random.Next(s_odd.Length)];
    }

    /// <summary>Of two with one path the first that came; the folder that all share is found by the first and the last.</summary>
    [Fact]
    public void Absolute_paths_become_relative_to_the_folder_that_has_all_of_them()
    {
        SpeechFile[] files = [new("/a/b/d/2.wav", "two"), new("/a/b/c.wav", "one"), new("/a/b/d/2.wav", "again"), new("/a/b/c d/é.wav")];
        var packed = SpeechFiles.Of(files, isDistinct: true);
        Assert.Equal("/a/b", packed.TakeRoot());
        Assert.Equal([new("c d/é.wav"), new("c.wav", "one"), new("d/2.wav", "two")], packed);
        Assert.True(packed.Contains("d/2.wav"));
        Assert.False(packed.Contains("/a/b/d/2.wav"));
        Assert.Equal(("/", "a.wav"), (SpeechFiles.Of([new("/b/c"), new("/a.wav")]) is var top ? top.TakeRoot() : "", top[0].RelativePath));
        Assert.Equal("/a/b", SpeechFiles.Of([new("/a/b/c"), new("/a/b/cd")]).TakeRoot());
    }

    [Fact]
    public void A_text_longer_than_a_chunk_has_room_and_nothing_is_a_list_too()
    {
        SpeechFile[] files = [new("a", new string('x', 5 << 20)), new("b"), new("c", new string('y', 5 << 20))];
        Assert.Equal(files, SpeechFiles.Of(files));
        Assert.Empty(SpeechFiles.Of([]));
        Assert.False(SpeechFiles.Of([]).Contains("a"));
    }
}
