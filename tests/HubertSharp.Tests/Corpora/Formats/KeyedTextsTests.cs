using HubertSharp.Corpora.Formats;

namespace HubertSharp.Tests.Corpora.Formats;

/// <summary>The lines of lists as they are packed.</summary>
public class KeyedTextsTests
{
    [Fact]
    public void They_are_those_of_a_dictionary_in_the_order_in_which_they_came()
    {
        var random = new Random(3);
        var (texts, expected) = (new KeyedTexts(), new OrderedDictionary<string, string>());
        for (var i = 0; i < 5000; i++)
        {
            var key = $"{random.Next(1000)}鍵{(char)(0x20 + random.Next(3))}";
            var text = $"{new string('é', random.Next(3))}{random.Next(2)}";
            var isThere = expected.TryGetValue(key, out var before);
            Assert.Equal(!isThere || before == text, texts.TryAdd(key, text));
            if (!isThere)
                expected.Add(key, text);
        }
        Assert.Equal(expected.Select(one => (one.Key, one.Value)), texts.All);
        Assert.Equal(expected.Count, texts.Count);
        Assert.Equal((expected.Count, expected.GetAt(0).Key), texts.Unasked);
        Assert.All(expected.Skip(2), one => Assert.Equal(one.Value, texts.Ask(one.Key)));
        Assert.Null(texts.Ask("nowhere"));
        Assert.Equal((2, expected.GetAt(0).Key), texts.Unasked);
        Assert.Equal(expected.GetAt(0).Value, texts.Ask(expected.GetAt(0).Key));
        Assert.Equal((1, expected.GetAt(1).Key), texts.Unasked);
    }

    [Fact]
    public void A_text_that_is_longer_than_a_block_has_room()
    {
        var texts = new KeyedTexts();
        var text = new string('x', 5 << 20);
        Assert.True(texts.TryAdd(text, "a"));
        Assert.True(texts.TryAdd("b", text));
        Assert.Equal(["a", text], texts.All.Select(one => one.Text));
        Assert.Equal((2, text), texts.Unasked);
        Assert.Equal("a", texts.Ask(text));
        Assert.Equal((0, null), (texts.Ask("b") == text ? texts.Unasked : (-1, "")));
    }
}
