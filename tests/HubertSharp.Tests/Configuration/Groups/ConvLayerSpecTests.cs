using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration.Groups;

public class ConvLayerSpecTests
{
    [Theory]
    [InlineData("[(512,10,5)] + [(512,3,2)] * 4 + [(512,2,2)] * 2",
        "[(512,10,5),(512,3,2),(512,3,2),(512,3,2),(512,3,2),(512,2,2),(512,2,2)]")]
    [InlineData(" [ ( 8 , 3 , 2 ) , (4,1,1) , ] ", "[(8,3,2),(4,1,1)]")]
    [InlineData("[(8,3,2)] * 2 * 2", "[(8,3,2),(8,3,2),(8,3,2),(8,3,2)]")]
    [InlineData("[(8,3,2),(4,1,1)] * 2", "[(8,3,2),(4,1,1),(8,3,2),(4,1,1)]")]
    public void Lists_are_joined_and_repeated_as_Python_does_it(string text, string layers)
    {
        var parsed = ConvLayerSpec.Parse(text);
        Assert.Equal(layers, ConvLayerSpec.Format(parsed));
        Assert.Equal(parsed, ConvLayerSpec.Parse(layers));
    }

    [Theory]
    [InlineData("", "'[' at character 1, found the end")]
    [InlineData("[]", "no layer at all")]
    [InlineData("[(8,3)]", "',' at character 6, found ')'")]
    [InlineData("[(8,3,2)] + __import__('os')", "'[' at character 13, found '_'")]
    [InlineData("[(8,3,2)] [(8,3,2)]", "'+', '*' or the end at character 11, found '['")]
    [InlineData("[(8,3,0)]", "a number from 1 to 1048576 at character 7, found '0'")]
    [InlineData("[(8,3,99999999999)]", "a number from 1 to 1048576 at character 7, found '9'")]
    [InlineData("[(8,3,2)] * 65", "at most 64 layers")]
    [InlineData("[(8,3,2)] * 60 + [(8,3,2)] * 60", "at most 64 layers")]
    public void What_is_no_list_of_layers_is_named_with_its_place(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => ConvLayerSpec.Parse(text)).Message);
}
