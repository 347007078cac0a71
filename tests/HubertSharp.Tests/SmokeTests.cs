namespace HubertSharp.Tests;

public class SmokeTests
{
    [Fact]
    public void Torch_adds() => Assert.Equal(3f, TorchSharp.torch.ones(3).sum().item<float>());
}
