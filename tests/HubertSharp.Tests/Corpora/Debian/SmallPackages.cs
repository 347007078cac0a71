using System.IO.Compression;
using HubertSharp.Audio;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Debian;

/// <summary>A tree like that of the unpacked packages, with a handful of short sounds in it.</summary>
internal static class SmallPackages
{
    private const int Syllables = 12;

    /// <summary>Returns the folder that holds <c>usr</c>.</summary>
    public static string Make(TemporaryFolder folder)
    {
        for (var i = 0; i < Syllables; i++)
        {
            foreach (var speaker in new[] { "3", "5" })
                Sound(folder, 4000 + (500 * i), 300 + (100 * i), "-ar 44100", "gcin-voice", "ogg", $"ㄇㄚ{i}", $"{speaker}.ogg");
        }
        foreach (var (prompt, length) in new[]
        {
            ("hello", 9000), ("digits/40", 12000), ("one", 10000), ("two", 11000), ("too-short", 7000), ("beep", 9000),
            ("silence/1", 16000),
        })
            Sound(folder, length, 200, "", "asterisk", "sounds", "en_US_f_Allison", prompt + ".g722");
        Sound(folder, 13000, 200, "", "tuxpaint", "stamps", "food", "apple_desc_es.ogg");
        Sound(folder, 14000, 300, "", "tuxpaint", "stamps", "animals", "dog_desc_es.ogg");
        Sound(folder, 15000, 350, "", "tuxpaint", "stamps", "animals", "pig_desc_es.ogg");
        Sound(folder, 14000, 300, "", "tuxpaint", "stamps", "animals", "dog_desc_fr.ogg");
        Directory.CreateDirectory(folder.At("x", "usr", "share", "tuxpaint", "stamps", "town"));
        File.Copy(folder.At("x", "usr", "share", "tuxpaint", "stamps", "food", "apple_desc_es.ogg"),
            folder.At("x", "usr", "share", "tuxpaint", "stamps", "town", "market_desc_es.ogg"));
        foreach (var (name, length) in new[] { ("vit-m-hlava", 13000), ("vit-v-hlava", 14000), ("vit-x-noise", 15000) })
            Sound(folder, length, 250, "", "games", "fillets-ng", "sound", "city", "cs", $"{name}.ogg");
        folder.Write("x/usr/share/games/fillets-ng/sound/city/cs/vit-v-torn.ogg", "OggS, and no more");
        foreach (var package in new[]
        {
            "gcin-voice", "asterisk-core-sounds-en", "asterisk-core-sounds-en-g722", "tuxpaint-stamps-default", "fillets-ng-data-cs",
        })
            folder.Write($"x/usr/share/doc/{package}/copyright", $"licence of {package}");
        using var writer = new StreamWriter(new GZipStream(
            File.Create(folder.At("x", "usr", "share", "doc", "asterisk-core-sounds-en", "core-sounds-en.txt.gz")),
            CompressionLevel.Fastest));
        writer.Write("; a comment: no prompt\n\nhello: Hello.\ndigits/40: forty\n");
        return folder.At("x");
    }

    private static void Sound(TemporaryFolder folder, int length, int hertz, string options, params string[] below)
    {
        var path = folder.At(["x", "usr", "share", .. below]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AudioFile.Write(folder.At("in.wav"), Signals.Sine(length, hertz, 16000), 16000);
        Encoders.Convert(folder.At("in.wav"), path, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
