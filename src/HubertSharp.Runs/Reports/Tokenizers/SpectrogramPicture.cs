namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>Draws spectrograms: dark is silent, from violet over orange to pale yellow it is louder.</summary>
internal static class SpectrogramPicture
{
    private const double RangeDb = 70;
    private const int Colours = 64;

    // corners of the way through the colours; between them it is straight
    private static readonly (double Red, double Green, double Blue)[] s_corners =
        [(8, 7, 20), (60, 20, 92), (140, 41, 99), (213, 72, 66), (250, 141, 32), (252, 240, 164)];

    private static readonly byte[] s_colours = [.. Enumerable.Range(0, Colours).SelectMany(number => Colour(number))];

    /// <summary>As a URI that needs no file.</summary>
    /// <param name="sound">What is drawn.</param>
    /// <param name="loudest">The level that is brightest, in dB: that of the original, so that all of one recording can be
    /// compared.</param>
    public static string Uri(ExampleSound sound, double loudest)
    {
        var pixels = new byte[sound.Columns * sound.Rows];
        for (var column = 0; column < sound.Columns; column++)
        {
            for (var row = 0; row < sound.Rows; row++)
            {
                var level = 1 - ((loudest - sound.Decibels[(column * sound.Rows) + row]) / RangeDb);
                pixels[((sound.Rows - 1 - row) * sound.Columns) + column] = (byte)Math.Clamp(level * (Colours - 1), 0, Colours - 1);
            }
        }
        return $"data:image/png;base64,{Convert.ToBase64String(PngPicture.Encode(sound.Columns, pixels, s_colours))}";
    }

    private static byte[] Colour(int number)
    {
        var place = (double)number / (Colours - 1) * (s_corners.Length - 1);
        var corner = Math.Min((int)place, s_corners.Length - 2);
        var (from, to, share) = (s_corners[corner], s_corners[corner + 1], place - corner);
        return
        [
            (byte)(from.Red + (share * (to.Red - from.Red))), (byte)(from.Green + (share * (to.Green - from.Green))),
            (byte)(from.Blue + (share * (to.Blue - from.Blue))),
        ];
    }
}
