using System.Globalization;

namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>One convolution of the front end.</summary>
/// <param name="Channels">Output channels C.</param>
/// <param name="Kernel">Kernel width in input frames.</param>
/// <param name="Stride">Stride in input frames.</param>
public sealed record ConvLayerSpec(int Channels, int Kernel, int Stride)
{
    private const int MaximumLayers = 64;
    private const int MaximumNumber = 1 << 20;

    /// <summary>
    /// Reads the Python list expression that fairseq evaluates: lists of <c>(channels, kernel, stride)</c>, joined by <c>+</c>,
    /// repeated by <c>*</c>. Nothing is ever evaluated here.
    /// </summary>
    /// <exception cref="FormatException">Anything else, no layer at all, more than 64, or a number that is not in 1 to 2^20.</exception>
    public static IReadOnlyList<ConvLayerSpec> Parse(string text)
    {
        var reader = new Reader(text);
        var layers = reader.Sum();
        reader.End();
        return layers.Count > 0 ? layers : throw new FormatException("no layer at all");
    }

    /// <summary>The same expression without repetition: <c>[(512,10,5),(512,3,2)]</c>.</summary>
    public static string Format(IReadOnlyList<ConvLayerSpec> layers) =>
        $"[{string.Join(",", layers.Select(l => $"({l.Channels},{l.Kernel},{l.Stride})"))}]";

    // sum = product { "+" product };  product = list { "*" number };  list = "[" [ layer { "," layer } [","] ] "]"
    private sealed class Reader(string text)
    {
        private int _at;

        public List<ConvLayerSpec> Sum()
        {
            var layers = Product();
            while (Skip('+'))
            {
                layers.AddRange(Product());
                Bound(layers.Count);
            }
            return layers;
        }

        public void End()
        {
            SkipSpace();
            if (_at < text.Length)
                throw Unexpected("'+', '*' or the end");
        }

        private List<ConvLayerSpec> Product()
        {
            var once = List();
            var layers = once;
            while (Skip('*'))
            {
                var times = Number();
                Bound((long)layers.Count * times);
                layers = [.. Enumerable.Repeat(layers, times).SelectMany(l => l)];
            }
            return layers;
        }

        private List<ConvLayerSpec> List()
        {
            Expect('[');
            var layers = new List<ConvLayerSpec>();
            while (!Skip(']'))
            {
                Expect('(');
                var channels = Number();
                Expect(',');
                var kernel = Number();
                Expect(',');
                var stride = Number();
                Expect(')');
                layers.Add(new ConvLayerSpec(channels, kernel, stride));
                Bound(layers.Count);
                if (!Skip(','))
                {
                    Expect(']');
                    break;
                }
            }
            return layers;
        }

        private int Number()
        {
            SkipSpace();
            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                _at++;
            return int.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, null, out var number)
                && number is > 0 and <= MaximumNumber
                ? number
                : throw Unexpected("a number from 1 to 1048576", start);
        }

        private void Expect(char c)
        {
            if (!Skip(c))
                throw Unexpected($"'{c}'");
        }

        private bool Skip(char c)
        {
            SkipSpace();
            if (_at >= text.Length || text[_at] != c)
                return false;
            _at++;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
        }

        private FormatException Unexpected(string expected) => Unexpected(expected, _at);

        private FormatException Unexpected(string expected, int at) =>
            new($"{expected} at character {at + 1}, found {(at < text.Length ? $"'{text[at]}'" : "the end")}");

        private static void Bound(long layers)
        {
            if (layers > MaximumLayers)
                throw new FormatException($"at most {MaximumLayers} layers");
        }
    }
}
